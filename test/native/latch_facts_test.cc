// What a stream tells of its address and its party, in both modes.
#include "check.h"
#include "latch/latch.h"
#include "udp_peer.h"

using namespace rtpp;
using rtpp::test::endpoint;

namespace {

constexpr int64_t kSecond = 1'000'000'000;
const Endpoint kSignalledAt = endpoint("192.0.2.1", 4000);
const Endpoint kFoundAt = endpoint("198.51.100.1", 4000);
const Endpoint kMovedTo = endpoint("198.51.100.1", 4002);
const Endpoint kStranger = endpoint("203.0.113.9", 9000);

/** A stream of one mode. */
struct Probe {
  explicit Probe(bool guarded) {
    if (guarded) latch_guard(&state, &candidates);
  }

  /** Packets of one SSRC, 20 ms apart; how many were passed on. */
  int send(const Endpoint& source, int count, uint32_t ssrc = 7) {
    int passed = 0;
    for (int i = 0; i < count; ++i) {
      now += kSecond / 50;
      RtpView rtp{};
      rtp.ssrc = ssrc;
      rtp.seq = ++seq;
      LatchNotes notes;
      passed += latch_packet(&state, source, &rtp, now, &notes) ? 1 : 0;
    }
    heard = heard || passed > 0;
    return passed;
  }
  void check(AddressOrigin origin, LatchStage stage, int64_t since) const {
    CHECK_EQ(state.origin, origin);
    CHECK_EQ(latch_stage(state, heard), stage);
    if (state.origin != AddressOrigin::kNone) CHECK_EQ(state.remote_ns, since);
  }

  LatchState state;
  LatchCandidates candidates;
  int64_t now = kSecond;
  uint16_t seq = 0;
  bool heard = false;
};

}  // namespace

TEST(a_party_where_signalling_says) {
  for (const bool guarded : {false, true}) {
    Probe probe(guarded);
    probe.check(AddressOrigin::kNone, LatchStage::kWaiting, 0);
    latch_signal(&probe.state, kSignalledAt, probe.now);
    const int64_t since = probe.now;
    probe.check(AddressOrigin::kSignalled, LatchStage::kWaiting, since);
    CHECK_EQ(probe.send(kSignalledAt, 10), 10);
    probe.check(AddressOrigin::kSignalled, LatchStage::kLatched, since);
    CHECK_EQ(probe.state.ignore_reason, IgnoreReason::kNone);
  }
}

TEST(a_party_that_is_found_elsewhere_and_moves_on) {
  for (const bool guarded : {false, true}) {
    Probe probe(guarded);
    latch_signal(&probe.state, kSignalledAt, probe.now);
    CHECK_EQ(probe.send(kFoundAt, 1), 1);
    const int64_t since = probe.now;
    probe.check(AddressOrigin::kLearned, guarded ? LatchStage::kProbing : LatchStage::kLatched, since);
    CHECK_EQ(probe.send(kFoundAt, 20), 20);
    probe.check(AddressOrigin::kLearned, LatchStage::kLatched, since);
    CHECK(probe.send(kMovedTo, 50) > 0);
    CHECK(probe.state.remote == kMovedTo);
    CHECK_EQ(probe.state.origin, AddressOrigin::kRelearned);
    CHECK(probe.state.remote_ns > since);
  }
}

TEST(why_a_stranger_is_ignored) {
  for (const bool guarded : {false, true}) {
    Probe probe(guarded);
    latch_signal(&probe.state, kSignalledAt, probe.now);
    probe.send(kSignalledAt, 10);
    CHECK_EQ(probe.send(kStranger, 1, 99), 0);
    CHECK(probe.state.ignored == kStranger);
    CHECK_EQ(probe.state.ignore_reason, guarded ? IgnoreReason::kHolderSends : IgnoreReason::kSettled);
  }
}

TEST(an_asymmetric_party) {
  for (const bool guarded : {false, true}) {
    Probe probe(guarded);
    latch_signal(&probe.state, kSignalledAt, probe.now);
    latch_set_asymmetric(&probe.state, true, probe.now);
    const int64_t since = probe.now;
    probe.check(AddressOrigin::kSignalled, LatchStage::kWaiting, since);
    CHECK_EQ(probe.send(kStranger, 1), 0);
    CHECK_EQ(probe.state.ignore_reason, IgnoreReason::kOtherHost);
    Endpoint elsewhere = kSignalledAt;
    elsewhere.port = 4444;
    CHECK_EQ(probe.send(elsewhere, 1), 1);
    probe.check(AddressOrigin::kSignalled, LatchStage::kLatched, since);
  }
}

TEST(two_sources_of_which_nothing_is_known) {
  Probe probe(true);
  latch_signal(&probe.state, kSignalledAt, probe.now);
  CHECK_EQ(probe.send(kFoundAt, 1), 1);
  CHECK_EQ(probe.send(kStranger, 1, 99), 0);
  probe.check(AddressOrigin::kSignalled, LatchStage::kContested, probe.now);
  probe.send(kFoundAt, 10);
  CHECK_EQ(latch_stage(probe.state, true), LatchStage::kLatched);
  CHECK_EQ(probe.state.origin, AddressOrigin::kLearned);
}

TEST(rtcp_has_the_time_at_which_rtp_moved) {
  for (const bool guarded : {false, true}) {
    Probe rtp(guarded);
    LatchState rtcp;
    rtcp.rtcp = true;
    if (guarded) latch_guard(&rtcp, nullptr);
    rtp.send(kFoundAt, 1);
    CHECK(latch_follow_rtp(&rtcp, rtp.state));
    CHECK_EQ(rtcp.origin, AddressOrigin::kLearned);
    CHECK_EQ(rtcp.remote_ns, rtp.state.remote_ns);
  }
}
