#include "latch_steps.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

// The rules of docs/latching.md, one row each: what happens on one stream, and where its packets go at the end.

const Scenario kSignalling[] = {
    // Signalling in mid-call
    {"the same address again changes nothing",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(2, kPrivate, kFar),
      rtp(2.1, kFar2, 8, 1, 500, 0, kFar), rtp(12.1, kFar, 7, 6, 1, 1, kFar)}},
    {"a hold neither, nor its end",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), mode(2, Act::kHold, kPeer), signal(3, kPeer, kPeer),
      rtp(3.1, kFar, 8, 1, 500, 0, kPeer)}},
    {"another address counts at once",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), signal(2, kFar, kFar),
      rtp(2.1, kFar, 9, 1, 1, 1, kFar), rtp(2.2, kPeer, 7, 2, 9, 0, kFar)}},
    {"also when the one before was learned",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(2, kPeer, kPeer)}},
    {"the source before it is heard for two seconds, then it gets the stream again",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), signal(2, kFar, kFar),
      rtp(2.01, kPeer, 7, 2, 99, 99, kFar), rtp(4, kPeer, 7, 101, 1, 1, kPeer)}},
    {"a stranger gets nothing meanwhile",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), signal(2, kFar, kFar),
      rtp(2.01, kFar2, 9, 1, 99, 0, kFar), rtp(4, kFar, 8, 1, 1, 1, kFar)}},
    {"another private address: media goes on where the phone was",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(2, kPrivate2, kFar),
      rtp(2.1, kFar, 7, 6, 9, 9, kFar)}},
    {"another port of the same NAT gets the stream at once",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(2, kPrivate2, kFar),
      rtp(2.1, kFarPort, 9, 1, 1, 1, kFarPort)}},
    {"another NAT after probation, once the phone is silent where it was",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(1.1, kPrivate2, kFar),
      rtp(1.2, kFar2, 9, 1, 5, 1, kFar2)}},
    {"and not before",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(1.1, kPrivate2, kFar),
      rtp(1.11, kFar2, 9, 1, 8, 0, kFar), rtp(1.28, kFar, 7, 20, 1, 1, kFar), rtp(1.29, kFar2, 9, 9, 9, 0, kFar)}},
    {"back to the first address",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), signal(2, kFar, kFar), signal(2.1, kPeer, kPeer),
      rtp(2.2, kPeer, 7, 9, 1, 1, kPeer), rtp(2.3, kFar, 9, 1, 500, 0, kPeer)}},

    // Asymmetric
    {"asymmetric: any port of the host, nobody else",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), rtp(1, kPeerPort, 7, 1, 5, 5, kPeer),
      rtp(2, kFar, 7, 6, 500, 0, kPeer)}},
    {"asymmetric from now on: where signalling says",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), mode(2, Act::kAsymmetric, kPrivate)}},
    {"asymmetric: every signalled address counts",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer),
      signal(2, kFar, kFar), mode(2, Act::kAsymmetric, kFar), rtp(2, kPeer, 7, 2, 1, 0, kFar)}},
    {"asymmetric: an unknown address is learned",
     {mode(0, Act::kAsymmetric, kNone), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(1.2, kFarPort, 7, 9, 1, 1, kFar),
      rtp(1.3, kFar2, 7, 9, 9, 0, kFar)}},
    {"symmetric again: it settles anew",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), mode(1, Act::kSymmetric, kPeer),
      rtp(2, kPeerPort, 7, 1, 1, 1, kPeerPort)}},
};

const Scenario kRtcp[] = {
    {"RTCP of the signalled host settles at once", {signal(0, kPeer, kPeer), other(1, kPeerPort, 1, 0, 1, kPeerPort)}},
    {"of other hosts never", {signal(0, kPrivate, kPrivate), other(1, kFar, 100, 1000, 0, kPrivate)}},
    {"another port of the host after 15 s",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 0, 1, kPeer), other(15.9, kPeerPort, 1, 0, 0, kPeer),
      other(16, kPeerPort2, 1, 0, 1, kPeerPort2)}},
    {"the source before a change of address is heard",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 0, 1, kPeer), signal(2, kFar, kFar), other(2.1, kPeer, 1, 0, 1, kFar),
      other(2.2, kFar, 1, 0, 1, kFar), other(2.3, kPeer, 1, 0, 0, kFar)}},
};

LatchState guarded_rtcp() {
  LatchState state;
  state.guarded = true;
  state.rtcp = true;
  return state;
}

LatchState guarded(LatchCandidates* candidates) {
  LatchState state;
  state.guarded = true;
  state.guard.candidates = candidates;
  return state;
}

bool packet(LatchState* state, const Endpoint& from, int64_t ms, LatchNotes* notes) {
  RtpView view{};
  view.ssrc = 7;
  view.seq = static_cast<uint16_t>(ms / 20);
  return latch_packet(state, from, state->rtcp ? nullptr : &view, ms * 1'000'000, notes);
}

}  // namespace

TEST(signalling) { run(kSignalling, false); }

TEST(rtcp) { run(kRtcp, true); }

TEST(rtcp_follows_rtp_to_another_host) {
  LatchState rtcp = guarded_rtcp();
  latch_signal(&rtcp, kPrivate, 1);
  CHECK(latch_guess_rtcp(&rtcp, kFar));
  CHECK(rtcp.remote == ip(198, 51, 100, 1, 7001));
  LatchNotes notes;
  CHECK(!packet(&rtcp, kFar2, 1000, &notes));
  CHECK(packet(&rtcp, kFarPort, 1001, &notes));
  CHECK(rtcp.remote == kFarPort);
  // RTP has moved to another port of the host: RTCP may have too.
  CHECK(!latch_guess_rtcp(&rtcp, kFar));
  CHECK(rtcp.remote == kFarPort);
  CHECK(packet(&rtcp, ip(198, 51, 100, 1, 9), 1002, &notes));
}

TEST(a_public_address_ends_what_rtcp_knew_of_rtp) {
  LatchState rtcp = guarded_rtcp();
  latch_signal(&rtcp, kPrivate, 1);
  latch_guess_rtcp(&rtcp, kFar);
  latch_signal(&rtcp, kPeer, 2);
  LatchNotes notes;
  CHECK(!packet(&rtcp, kFar, 1000, &notes));
  CHECK(rtcp.remote == kPeer);
}

TEST(no_rtcp_port_behind_the_last_one) {
  LatchState rtcp = guarded_rtcp();
  CHECK(!latch_guess_rtcp(&rtcp, ip(192, 0, 2, 1, 65535)));
  CHECK(rtcp.remote.empty());
}

TEST(the_first_stranger_is_reported) {
  LatchCandidates candidates;
  LatchState state = guarded(&candidates);
  latch_signal(&state, kPeer, 1);
  LatchNotes early;
  CHECK(!packet(&state, kFar, 10, &early));
  CHECK(!early.stranger);
  LatchNotes settled;
  CHECK(packet(&state, kPeer, 20, &settled));
  CHECK(settled.latched && !settled.filled_in);
  for (const bool first : {true, false}) {
    LatchNotes notes;
    CHECK(!packet(&state, kFar, 40, &notes));
    CHECK_EQ(notes.stranger, first);
  }
}

TEST(a_move_is_told_from_a_new_source) {
  LatchCandidates candidates;
  LatchState state = guarded(&candidates);
  latch_signal(&state, kPeer, 1);
  LatchNotes notes;
  CHECK(packet(&state, kPeer, 1000, &notes));
  LatchNotes moved;
  CHECK(packet(&state, kPeerPort, 2000, &moved));
  CHECK(moved.moved && moved.filled_in && !moved.latched && !moved.relatched);
  CHECK_EQ(moved.moved_from_seq, 50);
  LatchNotes back;
  CHECK(packet(&state, kPeer, 2020, &back));
  CHECK(back.relatched && back.filled_in && !back.moved);
}

TEST(another_ssrc_of_the_settled_source_is_the_key_at_once) {
  LatchCandidates candidates;
  LatchState state = guarded(&candidates);
  latch_signal(&state, kPeer, 1);
  LatchNotes notes;
  packet(&state, kPeer, 1000, &notes);
  RtpView view{};
  view.ssrc = 0;
  CHECK(latch_packet(&state, kPeer, &view, 1'020'000'000, &notes));
  CHECK(latch_ssrc_changed(&state, view, 1'020'000'000).relatched);
  CHECK(state.latched);
  CHECK_EQ(state.ssrc, 0u);
}
