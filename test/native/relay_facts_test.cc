// What a session tells of its legs besides packets and times.
#include <cerrno>

#include "check.h"
#include "relay_rig.h"
#include "rtcp_bytes.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr uint32_t kCalleeSsrc = 0xca11ee;
constexpr uint32_t kCallerSsrc = 0xca11e4;

SessionFigures figures_of(const Call& call) {
  SessionFigures figures;
  call.session.snapshot(0, &figures);
  return figures;
}

/** A call whose parties have sent a packet each. */
struct TalkingCall : Call {
  TalkingCall() {
    name_peers();
    pass(&callee, kCallee, rtp_bytes(1, kCalleeSsrc));
    pass(&caller, kCaller, rtp_bytes(1, kCallerSsrc));
  }
  /** A packet comes in, and goes on. */
  void pass(Stream* stream, const Endpoint& source, const Bytes& bytes) {
    receive(stream, source, bytes);
    relay.flush(&out);
  }
};

}  // namespace

TEST(rtcp_tells_loss_jitter_and_the_way_of_each_party) {
  TalkingCall call;
  Stream& callee = call.session.legs[0].rtcp;
  Stream& caller = call.session.legs[1].rtcp;
  CHECK_EQ(figures_of(call).legs[0].far_loss, -1.0);
  CHECK_EQ(figures_of(call).legs[0].far_jitter, -1.0);
  CHECK_EQ(figures_of(call).legs[0].round_trip, -1.0);
  call.now = 10'000 * kMs;
  call.pass(&caller, rtcp_of(kCaller), rtcp_bytes(200, 0xaaaa, {}));
  // The callee waits for half a second.
  call.now += 530 * kMs;
  call.pass(&callee, rtcp_of(kCallee), rtcp_bytes(200, 0xbbbb, {{kCallerSsrc, 64, 12, 0xaaaa, 0x8000}}));
  call.now += 280 * kMs;
  call.pass(&caller, rtcp_of(kCaller), rtcp_bytes(201, 0, {{kCalleeSsrc, 0, 3, 0xbbbb, 0x4000}}));
  const SessionFigures figures = figures_of(call);
  CHECK_EQ(figures.legs[0].far_loss, 0.25);
  CHECK_EQ(figures.legs[0].far_jitter, 12.0);
  CHECK_NEAR(figures.legs[0].round_trip, 0.030, 2e-5);
  CHECK_EQ(figures.legs[1].far_loss, 0.0);
  CHECK_NEAR(figures.legs[1].round_trip, 0.030, 2e-5);
  CHECK_EQ(call.counters.rtcp_received.get(), 3u);
  CHECK_EQ(call.counters.rtcp_relayed.get(), 3u);
}

TEST(rtcp_on_the_port_of_rtp_counts_too_and_that_of_strangers_does_not) {
  TalkingCall call;
  const Bytes report = rtcp_bytes(201, 0, {{kCallerSsrc, 128, 1, 0, 0}});
  call.pass(&call.session.legs[0].rtcp, rtcp_of(kCallee), Bytes(8));
  call.pass(&call.session.legs[0].rtcp, kStranger, report);
  CHECK_EQ(figures_of(call).legs[0].far_loss, -1.0);
  CHECK_EQ(call.counters.rtcp_ignored.get(), 1u);
  CHECK_EQ(call.counters.rtcp_discarded.get(), 1u);
  call.pass(&call.callee, kCallee, report);
  CHECK_EQ(figures_of(call).legs[0].far_loss, 0.5);
  // About another source.
  call.pass(&call.caller, kCaller, report);
  CHECK_EQ(figures_of(call).legs[1].far_loss, -1.0);
}

TEST(where_media_goes_and_since_when) {
  Call call;
  CHECK_EQ(figures_of(call).legs[0].address_since, 0.0);
  call.now = 5 * kSecond;
  call.receive(&call.callee, kStranger, rtp_bytes(1));
  const SessionFigures figures = figures_of(call);
  CHECK_EQ(figures.legs[0].address_since, 5.0);
  CHECK_EQ(figures.legs[0].address_origin, static_cast<double>(AddressOrigin::kLearned));
  CHECK_EQ(figures.legs[0].latch_state, static_cast<double>(LatchStage::kLatched));
  CHECK_EQ(figures.legs[0].payload_type, 0.0);
  CHECK_EQ(figures.legs[1].latch_state, static_cast<double>(LatchStage::kWaiting));
  CHECK_EQ(figures.legs[1].payload_type, -1.0);
}

TEST(where_rtcp_goes_and_the_latest_payload_type) {
  TalkingCall call;
  Bytes event = rtp_bytes(2, kCallerSsrc);
  event[1] = 101;
  call.pass(&call.caller, kCaller, event);
  const SessionFigures figures = figures_of(call);
  CHECK_EQ(figures.legs[1].payload_type, 0.0);
  CHECK_EQ(figures.legs[1].last_payload, 101.0);
  CHECK_EQ(figures.legs[1].rtcp_media.port, static_cast<double>(kCaller.port + 1));
  CHECK_EQ(figures.legs[1].rtcp_media.ip0, figures.legs[1].media.ip0);
}

TEST(bytes_numbers_and_how_late_packets_are) {
  TalkingCall call;
  call.now += 20 * kMs;
  call.pass(&call.caller, kCaller, rtp_bytes(2, kCallerSsrc, 160));
  call.now += 50 * kMs;
  Bytes padded = rtp_bytes(3, kCallerSsrc, 160);
  padded[0] |= 0x20;
  padded.back() = 10;
  call.pass(&call.caller, kCaller, padded);
  // No RTP, which has no payload; a stranger's.
  call.pass(&call.caller, kCaller, Bytes(40));
  call.pass(&call.caller, kStranger, rtp_bytes(9, 0x9999, 160));
  const SessionFigures figures = figures_of(call);
  CHECK_EQ(figures.legs[1].payload_bytes, 20.0 + 160 + 150);
  CHECK_EQ(figures.legs[1].highest_seq, 3.0);
  CHECK_NEAR(figures.legs[1].behind, 0.03, 2e-4);
  CHECK_NEAR(figures.legs[1].most_behind, 0.03, 2e-4);
  CHECK_EQ(figures.legs[0].payload_bytes, 20.0);
  CHECK_EQ(figures.legs[0].behind, 0.0);
  const Call silent;
  CHECK_EQ(figures_of(silent).legs[1].behind, -1.0);
  CHECK_EQ(figures_of(silent).legs[1].most_behind, -1.0);
}

TEST(the_last_packet_that_was_not_taken) {
  TalkingCall call;
  call.io.refuse_to(kCaller, ECONNREFUSED);
  call.pass(&call.callee, kCallee, rtp_bytes(2, kCalleeSsrc));
  CHECK_EQ(figures_of(call).legs[1].send_error, static_cast<double>(ECONNREFUSED));
  CHECK_EQ(figures_of(call).legs[0].send_error, 0.0);
}

TEST(what_is_done_with_packets) {
  TalkingCall call;
  SessionFigures figures = figures_of(call);
  for (const LegFigures& leg : figures.legs) CHECK_EQ(leg.recording + leg.copying + leg.playing + leg.looped, 0.0);
  CHECK_EQ(figures.fork_target, 0.0);
  call.session.legs[0].rtp.tap.copy_fd = 7;
  call.session.legs[1].looped = true;
  call.session.fork_target = true;
  figures = figures_of(call);
  CHECK_EQ(figures.legs[0].copying, 1.0);
  CHECK_EQ(figures.legs[0].recording, 0.0);
  CHECK_EQ(figures.legs[1].looped, 1.0);
  CHECK_EQ(figures.fork_target, 1.0);
}

TEST(why_nothing_goes_to_a_party) {
  TalkingCall call;
  call.pass(&call.callee, kCallee, rtp_bytes(2, kCalleeSsrc));
  CHECK_EQ(figures_of(call).legs[1].denial, 0.0);
  AccessRules rules;
  rules.deny = {{.first = kCaller, .prefix = 32}};
  const AccessPolicy policy(7, rules, {});
  call.admission.adopt(&policy);
  call.pass(&call.callee, kCallee, rtp_bytes(3, kCalleeSsrc));
  CHECK_EQ(figures_of(call).legs[1].denial, static_cast<double>(Denial::kListed));
  CHECK_EQ(figures_of(call).legs[0].denial, 0.0);
}
