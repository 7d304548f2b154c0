#include "access/media_ports.h"
#include "check.h"
#include "engine/admission.h"
#include "relay_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** Two calls whose parties are each other's ports. */
constexpr uint16_t kOwnPort = 40100;
const Endpoint kHairpin = endpoint("127.0.0.1", kOwnPort);

struct Hairpin : Call {
  Hairpin() {
    MediaPorts::of_process().add(kHairpin);
    latch_signal(&callee.latch, kHairpin, now);
    latch_signal(&caller.latch, kCaller, now);
  }
  ~Hairpin() { MediaPorts::of_process().remove(kHairpin); }
};

}  // namespace

TEST(a_call_that_comes_through_the_relay_twice_is_relayed) {
  Hairpin call;
  for (uint16_t seq = 1; seq <= 100; ++seq) {
    call.receive(&call.callee, kHairpin, rtp_bytes(seq));
    CHECK_EQ(call.out.count, 1u);
    call.out.count = 0;
  }
  CHECK_EQ(call.counters.packets_looped.get(), 0u);
}

TEST(a_packet_that_circulates_is_dropped_told_once_and_keeps_no_call_alive) {
  Hairpin call;
  for (int i = 0; i < Loops::kMost; ++i) call.receive(&call.callee, kHairpin, rtp_bytes(7));
  CHECK_EQ(call.out.count, size_t{Loops::kMost});
  call.session.legs[0].ttl = 3;
  for (int i = 0; i < 10; ++i) call.receive(&call.callee, kHairpin, rtp_bytes(7));
  CHECK_EQ(call.out.count, size_t{Loops::kMost});
  CHECK_EQ(call.counters.packets_looped.get(), 10u);
  CHECK_EQ(call.counters.packets_discarded.get(), 10u);
  CHECK_EQ(call.session.legs[0].ttl, 3);
  int told = 0;
  for (Event event = call.event(); event.session != 0; event = call.event()) {
    if (event.kind != EventKind::kLooped) continue;
    ++told;
    CHECK_EQ(event.port, kOwnPort);
    CHECK_EQ(event.seq, 7);
  }
  CHECK_EQ(told, 1);
}

TEST(what_is_no_rtp_may_not_circulate_either) {
  Hairpin call;
  Stream& rtcp = call.session.legs[0].rtcp;
  for (int i = 0; i < Loops::kMost + 5; ++i) call.receive(&rtcp, kHairpin, Bytes(40, 0x81));
  CHECK_EQ(call.counters.packets_looped.get(), 5u);
}

TEST(a_phone_may_repeat_itself) {
  Hairpin call;
  for (int i = 0; i < 100; ++i) call.receive(&call.caller, kCaller, rtp_bytes(7));
  CHECK_EQ(call.counters.packets_looped.get(), 0u);
  CHECK_EQ(call.out.count, 100u);
}

TEST(a_packet_that_gets_another_number_each_time_circulates_all_the_same) {
  Hairpin call;
  Resizer resizer;
  resizer.set_ptime(60);
  call.session.legs[0].resizer = &resizer;
  for (uint16_t seq = 1; seq <= 6; ++seq) {
    call.receive(&call.callee, kHairpin, rtp_bytes(seq, 0x1234, 160));
    call.relay.flush(&call.out);
    call.now += kSecond / 50;
  }
  CHECK_EQ(call.counters.resizer_out.get(), 2u);
  // Behind fewer packets of audio than came in, events have other numbers.
  Bytes event = rtp_bytes(7, 0x1234, 4);
  event[1] = 101;
  int passages = 0;
  for (bool relayed = true; relayed && passages < 100; ++passages) {
    call.receive(&call.callee, kHairpin, event);
    relayed = call.out.count == 1;
    if (relayed) event.assign(call.out.packets[0].data, call.out.packets[0].data + call.out.packets[0].len);
    call.relay.flush(&call.out);
  }
  CHECK_EQ(passages, Loops::kMost + 1);
  CHECK_EQ(call.counters.packets_looped.get(), 1u);
}

TEST(events_of_one_key_are_no_loop) {
  Hairpin call;
  Resizer resizer;
  resizer.set_ptime(60);
  call.session.legs[0].resizer = &resizer;
  for (uint16_t i = 0; i < 100; ++i) {
    // Of one timestamp, longer each time.
    Bytes event = rtp_bytes(1, 0x1234, 4);
    event[1] = 101;
    event[3] = static_cast<uint8_t>(i);
    event[14] = static_cast<uint8_t>(i >> 1);
    event[15] = static_cast<uint8_t>(i << 7);
    call.receive(&call.callee, kHairpin, event);
    call.relay.flush(&call.out);
    call.now += kSecond / 50;
  }
  CHECK_EQ(call.counters.packets_looped.get(), 0u);
  CHECK_EQ(call.counters.packets_relayed.get(), 100u);
}

TEST(media_ports_at_an_address_of_a_local_route_are_ours) {
  const Endpoint routed = endpoint("198.51.100.7", kOwnPort);
  Call call;
  call.name_peers();
  MediaPorts::of_process().add(routed);
  latch_signal(&call.callee.latch, routed, call.now);
  for (int i = 0; i < Loops::kMost + 5; ++i) call.receive(&call.callee, routed, rtp_bytes(7));
  // Also when something was sent there before.
  call.receive(&call.caller, kCaller, rtp_bytes(1));
  for (int i = 0; i < 5; ++i) call.receive(&call.callee, routed, rtp_bytes(7));
  CHECK_EQ(call.counters.packets_looped.get(), 10u);
  MediaPorts::of_process().remove(routed);
}
