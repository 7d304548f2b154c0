#include "engine/admission.h"

#include <sys/socket.h>

#include <memory>

#include "check.h"
#include "relay_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

const Endpoint kControl = endpoint("127.0.0.1", 22222);

/** A policy with a control socket, and one that denies all. */
const AccessPolicy& guarded() {
  static const AccessPolicy policy(7, {.control = {kControl}, .aliases = {}, .allow = {}, .deny = {}}, {});
  return policy;
}
const AccessPolicy& closed() {
  static const AccessPolicy policy(8, {.control = {}, .aliases = {}, .allow = {}, .deny = {PeerBlock{}}}, {});
  return policy;
}

struct GuardedCall : Call {
  GuardedCall() { admission.adopt(&guarded()); }

  void check_event(Denial denial, Way way, int leg, const Endpoint& address) {
    Event next = event();
    while (next.kind != EventKind::kDenied && next.session != 0) next = event();
    CHECK(next.kind == EventKind::kDenied);
    CHECK_EQ(next.session, 42.0);
    CHECK_EQ(next.detail, static_cast<uint8_t>(denial));
    CHECK_EQ(next.count, static_cast<uint8_t>(way));
    CHECK_EQ(next.leg, leg);
    CHECK_EQ(next.port, address.port);
  }
};

}  // namespace

TEST(nothing_is_sent_to_a_control_socket_that_signalling_names) {
  GuardedCall call;
  call.name_peers();
  latch_signal(&call.caller.latch, kControl, call.now);
  for (uint16_t seq = 1; seq <= 3; ++seq) call.receive(&call.callee, kCallee, rtp_bytes(seq));
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(call.counters.packets_denied.get(), 3u);
  CHECK_EQ(call.counters.packets_discarded.get(), 3u);
  CHECK_EQ(call.counters.packets_relayed.get(), 0u);
  CHECK_EQ(call.callee.counters.dropped, 3u);
  call.check_event(Denial::kControl, Way::kSent, 1, kControl);
  // One line of the log is enough for a call.
  CHECK(call.ring.empty());
}

TEST(nothing_is_taken_from_a_control_socket_nor_learned_from_it) {
  GuardedCall call;
  call.receive(&call.caller, kControl, rtp_bytes(1));
  CHECK(call.caller.latch.remote.empty());
  CHECK_EQ(call.caller.counters.ignored, 1u);
  CHECK_EQ(call.caller.counters.in, 0u);
  CHECK_EQ(call.session.legs[0].ttl, 5);
  CHECK_EQ(call.session.legs[1].ttl, 5);
  call.check_event(Denial::kControl, Way::kReceived, 1, kControl);
}

TEST(nothing_is_sent_to_a_control_socket_that_is_where_rtcp_is_guessed) {
  GuardedCall call;
  Endpoint before = kControl;
  --before.port;
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  call.receive(&call.caller, before, rtp_bytes(1));
  Stream& rtcp = call.session.legs[0].rtcp;
  CHECK(call.session.legs[1].rtcp.latch.remote == kControl);
  call.out.count = 0;
  call.receive(&rtcp, rtcp_of(kCallee), Bytes(8, 0x81));
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(rtcp.counters.dropped, 1u);
  CHECK_EQ(call.counters.packets_denied.get(), 1u);
}

TEST(the_ports_of_a_session_are_no_destination_of_its_own) {
  GuardedCall call;
  call.name_peers();
  call.caller.port.local = endpoint("10.0.0.9", 40000);
  latch_signal(&call.caller.latch, call.caller.port.local, call.now);
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  CHECK_EQ(call.out.count, 0u);
  call.check_event(Denial::kOwnPort, Way::kSent, 1, call.caller.port.local);
}

TEST(the_same_number_in_the_other_family_is_no_port_of_the_session) {
  GuardedCall call;
  call.name_peers();
  call.callee.port.local = endpoint("::", 40000);
  const Endpoint neighbour = endpoint("127.0.0.1", 40000);
  latch_signal(&call.caller.latch, neighbour, call.now);
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  CHECK_EQ(call.out.count, 1u);
  call.callee.port.local = endpoint("0.0.0.0", 40000);
  call.session.legs[1].judged.version = 0;
  call.receive(&call.callee, kCallee, rtp_bytes(2));
  CHECK_EQ(call.out.count, 1u);
  call.check_event(Denial::kOwnPort, Way::kSent, 1, neighbour);
}

TEST(ports_of_other_sessions_are_a_destination) {
  GuardedCall call;
  call.name_peers();
  call.caller.port.local = endpoint("10.0.0.9", 40000);
  latch_signal(&call.caller.latch, endpoint("10.0.0.9", 40004), call.now);
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  CHECK_EQ(call.out.count, 1u);
}

TEST(another_policy_counts_from_the_next_packet_on) {
  GuardedCall call;
  call.name_peers();
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  CHECK_EQ(call.out.count, 1u);
  call.admission.adopt(&closed());
  call.receive(&call.callee, kCallee, rtp_bytes(2));
  CHECK_EQ(call.out.count, 1u);
  call.admission.adopt(&guarded());
  call.receive(&call.callee, kCallee, rtp_bytes(3));
  CHECK_EQ(call.out.count, 2u);
  call.check_event(Denial::kListed, Way::kReceived, 0, kCallee);
}

TEST(a_fork_sends_nothing_to_a_control_socket) {
  GuardedCall source;
  source.name_peers();
  GuardedCall target;
  latch_signal(&target.callee.latch, kControl, target.now);
  latch_signal(&target.caller.latch, kStranger, target.now);
  Fork fork;
  Forks::start(&fork, &source.session, &target.session, false);
  source.receive(&source.callee, kCallee, rtp_bytes(1));
  source.relay.flush(&source.out);
  source.receive(&source.caller, kCaller, rtp_bytes(1));
  source.relay.flush(&source.out);
  int copies = 0;
  for (const FakeIo::Sent& sent : source.io.sent()) {
    CHECK(!(sent.dest == kControl));
    if (sent.dest == kStranger) ++copies;
  }
  CHECK_EQ(copies, 1);
  CHECK_EQ(source.counters.packets_denied.get(), 1u);
  Forks::end(&source.session);
}

TEST(a_prompt_is_not_played_to_a_control_socket) {
  GuardedCall call;
  call.name_peers();
  latch_signal(&call.caller.latch, kControl, call.now);
  const std::vector<uint8_t> bytes(80, 0x55);
  PlaySpec spec;
  spec.packet_bytes = 80;
  spec.packet_ms = 10;
  const auto player = std::make_unique<LegPlayer>(std::make_shared<const Prompt>(bytes.data(), bytes.size()), spec, 1);
  call.playout.play(&call.session.legs[1], player.get(), call.now);
  call.playout.run(call.now + kSecond / 2);
  CHECK_EQ(call.io.sent().size(), 0u);
  CHECK_EQ(call.counters.packets_played.get(), 0u);
  CHECK_EQ(call.counters.packets_denied.get(), 1u);
  call.check_event(Denial::kControl, Way::kSent, 1, kControl);
  call.playout.stop(&call.session.legs[1]);
  call.playout.publish();
  CHECK(call.playout.take_ended() == player.get());
}

TEST(nothing_is_copied_to_a_control_socket) {
  GuardedCall call;
  call.name_peers();
  Taps::copy(&call.callee, ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), kControl);
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  call.relay.flush(&call.out);
  CHECK_EQ(call.io.sent().size(), 1u);
  CHECK(call.io.sent()[0].dest == kCaller);
  CHECK_EQ(call.counters.packets_denied.get(), 1u);
  call.check_event(Denial::kControl, Way::kCopied, 0, kControl);
  Taps::stop(&call.callee);
}
