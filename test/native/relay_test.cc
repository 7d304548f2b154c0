#include "engine/relay.h"

#include <cerrno>
#include <string>

#include "check.h"
#include "relay_rig.h"

using namespace rtpp;
using namespace rtpp::test;

TEST(a_packet_leaves_by_the_other_leg) {
  Call call;
  call.name_peers();
  call.receive(&call.callee, kCallee, rtp_bytes(7));
  CHECK_EQ(call.out.count, 1u);
  const TxPacket& sent = call.out.packets[0];
  CHECK(sent.dest == kCaller);
  CHECK_EQ(sent.fd, call.caller.port.fd);
  CHECK(sent.data == call.data.data());
  CHECK_EQ(sent.len, call.data.size());
  CHECK_EQ(call.callee.counters.in, 1u);
  CHECK_EQ(call.callee.counters.relayed, 1u);
  CHECK_EQ(call.caller.counters.in, 0u);
  CHECK_EQ(call.counters.packets_received.get(), 1u);
  call.relay.flush(&call.out);
  CHECK_EQ(call.counters.packets_relayed.get(), 1u);
  CHECK_EQ(call.counters.packets_discarded.get(), 0u);
}

TEST(rtcp_keeps_to_rtcp) {
  Call call;
  call.name_peers();
  Stream& rtcp = call.session.legs[1].rtcp;
  call.receive(&rtcp, rtcp_of(kCaller), Bytes(8, 0x81));
  CHECK_EQ(call.out.count, 1u);
  CHECK(call.out.packets[0].dest == rtcp_of(kCallee));
  CHECK_EQ(call.out.packets[0].fd, call.session.legs[0].rtcp.port.fd);
  CHECK_EQ(rtcp.counters.relayed, 1u);
  CHECK_EQ(call.session.legs[1].analyzer.stats().parse_errors, 0u);
  CHECK_EQ(call.session.legs[1].first_in, 0.0);
}

TEST(before_completion_everything_is_thrown_away) {
  Call call;
  call.session.complete = false;
  call.receive(&call.callee, kCallee, rtp_bytes(7));
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(call.counters.packets_received.get(), 0u);
  CHECK_EQ(call.counters.packets_discarded.get(), 1u);
  CHECK(call.callee.latch.remote.empty());
  CHECK_EQ(call.session.legs[0].ttl, 5);
  CHECK(call.ring.empty());
}

TEST(a_packet_of_a_closed_port_does_not_count) {
  Call call;
  call.name_peers();
  call.callee.port.fd = -1;
  call.receive(&call.callee, kCallee, rtp_bytes(7));
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(call.counters.packets_received.get(), 0u);
  CHECK_EQ(call.counters.packets_discarded.get(), 0u);
}

TEST(without_a_way_out_it_is_dropped_but_shows_that_the_call_is_alive) {
  for (const bool no_port : {false, true}) {
    Call call;
    if (no_port) {
      call.name_peers();
      call.caller.port.fd = -1;
    }
    call.receive(&call.callee, kCallee, rtp_bytes(7));
    CHECK_EQ(call.out.count, 0u);
    CHECK_EQ(call.callee.counters.in, 1u);
    CHECK_EQ(call.callee.counters.dropped, 1u);
    CHECK_EQ(call.callee.counters.relayed, 0u);
    CHECK_EQ(call.counters.packets_discarded.get(), 1u);
    CHECK_EQ(call.session.legs[0].ttl, 60);
  }
}

TEST(a_strangers_packet_is_ignored_and_starts_no_timer) {
  Call call;
  call.name_peers();
  call.receive(&call.callee, kCallee, rtp_bytes(7));
  call.session.legs[0].ttl = 5;
  call.out.count = 0;
  call.receive(&call.callee, kStranger, rtp_bytes(1, 0x99));
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(call.callee.counters.in, 1u);
  CHECK_EQ(call.callee.counters.ignored, 1u);
  CHECK_EQ(call.counters.packets_received.get(), 2u);
  CHECK_EQ(call.counters.packets_discarded.get(), 1u);
  CHECK_EQ(call.session.legs[0].ttl, 5);
  CHECK_EQ(call.session.legs[0].analyzer.stats().received, 1u);
}

TEST(whatever_it_is_it_is_relayed) {
  for (const size_t size : {0u, 1u, 2u, 11u, 8192u}) {
    const Context context(std::to_string(size) + " bytes");
    Call call;
    call.name_peers();
    call.receive(&call.callee, kCallee, Bytes(size, 0));
    CHECK_EQ(call.out.count, 1u);
    CHECK_EQ(call.out.packets[0].len, size);
    CHECK_EQ(call.session.legs[0].analyzer.stats().parse_errors, 1u);
    CHECK_EQ(call.session.legs[0].analyzer.stats().received, 0u);
  }
}

TEST(small_packets_are_sent_twice_when_wanted) {
  RelayOptions options;
  options.duplicate_small = true;
  Call call(options);
  call.name_peers();
  call.receive(&call.callee, kCallee, Bytes(127));
  CHECK_EQ(call.out.count, 2u);
  call.relay.flush(&call.out);
  call.receive(&call.callee, kCallee, Bytes(128));
  CHECK_EQ(call.out.count, 1u);
  call.relay.flush(&call.out);
  call.receive(&call.session.legs[1].rtcp, rtcp_of(kCaller), Bytes(8));
  CHECK_EQ(call.out.count, 2u);
  call.relay.flush(&call.out);
  CHECK_EQ(call.callee.counters.relayed, 2u);
  CHECK_EQ(call.counters.packets_relayed.get(), 3u);
}

TEST(what_the_kernel_refuses_is_told_when_there_is_room) {
  Call call;
  call.name_peers();
  call.reporter.set_verbose(false);
  call.io.refuse_to(kCaller, EPERM);
  while (call.ring.push(Event{})) continue;
  for (uint16_t seq = 1; seq <= 3; ++seq) {
    // Another thread reads the ring behind the first packet.
    while (seq == 2 && !call.ring.empty()) (void)call.event();
    call.receive(&call.callee, kCallee, rtp_bytes(seq));
    call.relay.flush(&call.out);
  }
  CHECK_EQ(call.caller.port.refused, 3u);
  CHECK(call.event().kind == EventKind::kRefused);
  CHECK(call.ring.empty());
}

TEST(what_the_kernel_refuses_is_not_relayed_and_told_once_for_each_leg) {
  RelayOptions options;
  options.duplicate_small = true;
  Call call(options);
  call.name_peers();
  call.reporter.set_verbose(false);
  call.io.refuse_to(kCaller, EPERM);
  const auto relay = [&](Stream* stream, const Endpoint& source, const Bytes& bytes) {
    call.receive(stream, source, bytes);
    call.relay.flush(&call.out);
  };
  relay(&call.callee, kCallee, rtp_bytes(7, 1, 160));
  relay(&call.callee, kCallee, Bytes(12));
  relay(&call.caller, kCaller, rtp_bytes(8));
  CHECK_EQ(call.callee.counters.in, 2u);
  CHECK_EQ(call.callee.counters.relayed, 0u);
  CHECK_EQ(call.caller.counters.relayed, 1u);
  CHECK_EQ(call.counters.packets_relayed.get(), 1u);
  // The short one was to be sent twice.
  CHECK_EQ(call.caller.port.refused, 3u);
  CHECK_EQ(call.callee.port.refused, 0u);
  const Event event = call.event();
  CHECK(event.kind == EventKind::kRefused);
  CHECK_EQ(event.leg, 1);
  CHECK_EQ(event.value, static_cast<uint32_t>(EPERM));
  CHECK_EQ(event.port, kCaller.port);
  CHECK(call.ring.empty());
  SessionFigures figures;
  call.session.snapshot(0, &figures);
  CHECK_EQ(figures.legs[1].rtp.refused, 3.0);
  CHECK_EQ(figures.legs[1].rtcp.refused, 0.0);
  CHECK_EQ(figures.legs[0].rtp.refused, 0.0);

  call.io.refuse_to(rtcp_of(kCaller), EHOSTUNREACH);
  relay(&call.session.legs[0].rtcp, rtcp_of(kCallee), Bytes(200));
  CHECK_EQ(call.session.legs[1].rtcp.port.refused, 1u);
  CHECK(call.ring.empty());
}

TEST(a_shared_timer_is_started_by_either_leg) {
  Call call;
  call.name_peers();
  call.receive(&call.caller, kCaller, rtp_bytes(1));
  CHECK_EQ(call.session.legs[0].ttl, 60);
  CHECK_EQ(call.session.legs[1].ttl, 5);
}

TEST(an_independent_timer_is_started_by_its_own_leg) {
  Call call;
  call.session.independent_ttl = true;
  call.name_peers();
  call.receive(&call.session.legs[1].rtcp, rtcp_of(kCaller), Bytes(8));
  CHECK_EQ(call.session.legs[0].ttl, 5);
  CHECK_EQ(call.session.legs[1].ttl, 60);
}

TEST(times_of_the_rtp_packets) {
  Call call;
  call.name_peers();
  for (const int64_t at_ms : {0, 20, 520, 540}) {
    call.now = kSecond + at_ms * 1'000'000;
    call.receive(&call.callee, kCallee, rtp_bytes(static_cast<uint16_t>(at_ms)));
  }
  SessionFigures snapshot;
  call.session.snapshot(0, &snapshot);
  CHECK_NEAR(snapshot.legs[0].first_in, 1'700'000'001.0, 1e-6);
  CHECK_NEAR(snapshot.legs[0].last_in, 1'700'000'001.54, 1e-6);
  CHECK_NEAR(snapshot.legs[0].longest_ipi, 0.5, 1e-9);
  CHECK_EQ(snapshot.legs[1].first_in, 0.0);
  CHECK_EQ(snapshot.legs[0].rtp.received, 4.0);
  CHECK_EQ(snapshot.ttl, 60.0);
}

TEST(a_learned_address_gives_the_rtcp_address) {
  Call call;
  call.receive(&call.callee, kStranger, rtp_bytes(1));
  CHECK(call.callee.latch.remote == kStranger);
  CHECK(call.session.legs[0].rtcp.latch.remote == rtcp_of(kStranger));
  CHECK(call.event().kind == EventKind::kFilledIn);
  const Event guessed = call.event();
  CHECK(guessed.kind == EventKind::kRtcpGuessed);
  CHECK_EQ(guessed.rtcp, 1);
  CHECK_EQ(guessed.port, 6001);
  CHECK(call.ring.empty());
}

TEST(another_ssrc_is_reported_and_becomes_the_key) {
  Call call;
  call.name_peers();
  call.receive(&call.callee, kCallee, rtp_bytes(7, 0x11));
  CHECK(call.event().kind == EventKind::kLatched);
  call.receive(&call.callee, kCallee, rtp_bytes(900, 0x22));
  const Event changed = call.event();
  CHECK(changed.kind == EventKind::kSsrcChanged);
  CHECK_EQ(changed.session, 42.0);
  CHECK_EQ(changed.leg, 0);
  CHECK_EQ(changed.value, 0x11u);
  CHECK_EQ(changed.ssrc, 0x22u);
  CHECK_EQ(changed.seq, 900);
  const Event relatched = call.event();
  CHECK(relatched.kind == EventKind::kRelatched);
  CHECK_EQ(relatched.has_ssrc, 1);
  CHECK_EQ(relatched.family, 4);
  CHECK_EQ(relatched.port, kCallee.port);
  CHECK_EQ(call.callee.latch.compat.ssrc, 0x22u);
  CHECK(call.ring.empty());
}

TEST(kernel_drops_are_counted_by_difference) {
  Call call;
  call.name_peers();
  for (const uint32_t total : {0u, 3u, 3u, 10u}) call.receive(&call.callee, kCallee, rtp_bytes(1), total);
  CHECK_EQ(call.counters.kernel_drops.get(), 10u);
  // A packet of the socket before, which was still in the batch when the leg got another one.
  call.callee.port.kernel_drops = 0;
  call.receive(&call.callee, kCallee, rtp_bytes(1), 10);
  call.receive(&call.callee, kCallee, rtp_bytes(1), 0);
  CHECK(call.counters.kernel_drops.get() <= 20u);
}
