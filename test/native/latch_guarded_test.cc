#include <string>
#include <vector>

#include "check.h"
#include "engine/latch.h"
#include "engine/latch_rank.h"

using namespace rtpp;
using namespace rtpp::test;

// The rules of docs/latching.md, one row each: what happens on one stream, and where its packets go at the end.

namespace {

Endpoint ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
  Endpoint endpoint;
  endpoint.family = 4;
  endpoint.ip[0] = a;
  endpoint.ip[1] = b;
  endpoint.ip[2] = c;
  endpoint.ip[3] = d;
  endpoint.port = port;
  return endpoint;
}

const Endpoint kNone;
const Endpoint kPeer = ip(192, 0, 2, 1, 4000);
const Endpoint kPeerPort = ip(192, 0, 2, 1, 4002);
const Endpoint kPeerPort2 = ip(192, 0, 2, 1, 4004);
const Endpoint kNear = ip(192, 0, 2, 9, 4000);
const Endpoint kFar = ip(198, 51, 100, 1, 7000);
const Endpoint kFarPort = ip(198, 51, 100, 1, 7002);
const Endpoint kFar2 = ip(203, 0, 113, 1, 7000);
const Endpoint kOther = ip(192, 0, 3, 1, 4000);
const Endpoint kPrivate = ip(192, 168, 1, 5, 4000);
const Endpoint kPrivate2 = ip(192, 168, 1, 5, 6000);
const Endpoint kLan = ip(192, 168, 7, 7, 4000);

/** `count` packets every `step_ms`, with the SSRC and rising sequence numbers from `seq` on. */
struct Step {
  enum class Act { kSignal, kHold, kAsymmetric, kSymmetric, kRtp, kOther, kTypes };
  Act act;
  double at_s;
  Endpoint from;
  int count = 1;
  int step_ms = 20;
  uint32_t ssrc = 0;
  int seq = 0;
  uint8_t pt = 0;
  /** How many of the packets are to be accepted, and where packets go to afterwards. */
  int accepted = 0;
  Endpoint remote;
};
using Act = Step::Act;

Step signal(double at_s, const Endpoint& peer, const Endpoint& remote) {
  return {.act = Act::kSignal, .at_s = at_s, .from = peer, .remote = remote};
}
Step rtp(double at_s, const Endpoint& from, uint32_t ssrc, int seq, int count, int accepted, const Endpoint& remote) {
  return {Act::kRtp, at_s, from, count, 20, ssrc, seq, 0, accepted, remote};
}
Step other(double at_s, const Endpoint& from, int count, int step_ms, int accepted, const Endpoint& remote) {
  return {Act::kOther, at_s, from, count, step_ms, 0, 0, 0, accepted, remote};
}
Step with_type(Step step, uint8_t pt) {
  step.pt = pt;
  return step;
}
Step types(std::initializer_list<uint8_t> list) {
  Step step{.act = Act::kTypes, .at_s = 0, .from = {}, .remote = {}};
  for (const uint8_t pt : list) step.seq |= 1 << pt;
  return step;
}
Step mode(double at_s, Act act, const Endpoint& remote) { return {.act = act, .at_s = at_s, .from = {}, .remote = remote}; }

struct Scenario {
  const char* name;
  std::vector<Step> steps;
};

const Scenario kRtp[] = {
    // Ranks
    {"the signalled address settles with its first packet",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer)}},
    {"so does another port of the host", {signal(0, kPeer, kPeer), rtp(1, kPeerPort, 7, 1, 1, 1, kPeerPort)}},
    {"also with something other than RTP",
     {signal(0, kPeer, kPeer), other(1, kPeerPort, 1, 20, 1, kPeerPort)}},
    {"the signalled address replaces another port at once",
     {signal(0, kPeer, kPeer), rtp(1, kPeerPort, 7, 1, 9, 9, kPeerPort), rtp(1.17, kPeer, 8, 1, 1, 1, kPeer)}},
    {"it replaces a stranger at once",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 150, 50, kFar), rtp(4, kPeer, 8, 1, 1, 1, kPeer),
      rtp(4.01, kFar, 7, 151, 9, 0, kPeer)}},
    {"so does another port of its host",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 5, kFar), rtp(2, kPrivate2, 8, 1, 1, 1, kPrivate2)}},
    {"the network of the peer replaces the rest of the world after its probation",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 150, 50, kFar), rtp(4, kNear, 8, 1, 30, 5, kNear)}},
    {"not the other way round",
     {signal(0, kPeer, kPeer), rtp(1, kNear, 7, 1, 30, 5, kNear), rtp(1.7, kFar, 8, 1, 300, 0, kNear)}},

    // Probation
    {"one packet of a stranger changes nothing",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 1, 0, kPrivate)}},
    {"behind NAT five packets settle", {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 65533, 6, 2, kFar)}},
    {"the same sequence number again does not count",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 1, 0, kPrivate), rtp(1.1, kFar, 7, 1, 1, 0, kPrivate),
      rtp(1.2, kFar, 7, 2, 2, 0, kPrivate), rtp(1.3, kFar, 7, 4, 2, 1, kFar)}},
    {"another SSRC begins anew",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 4, 0, kPrivate), rtp(1.1, kFar, 8, 5, 4, 0, kPrivate),
      rtp(1.2, kFar, 8, 9, 1, 1, kFar)}},
    {"so does a leap of the sequence",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 4, 0, kPrivate), rtp(1.1, kFar, 7, 5000, 4, 0, kPrivate)}},
    {"packets of different sources do not add up",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 3, 0, kPrivate), rtp(1.1, kFarPort, 7, 4, 3, 0, kPrivate)}},
    {"nor do they harm one another",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 4, 0, kPrivate), rtp(1.1, kFar2, 9, 1, 4, 0, kPrivate),
      rtp(1.2, kFar, 7, 5, 1, 1, kFar), rtp(1.21, kFar2, 9, 5, 9, 0, kFar)}},
    {"more sources than places: the first ones keep them while they send",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 1, 1, 3, 0, kPrivate), rtp(1.1, kFar2, 2, 1, 3, 0, kPrivate),
      rtp(1.2, kNear, 3, 1, 3, 0, kPrivate), rtp(1.3, kOther, 4, 1, 5, 0, kPrivate), rtp(2, kOther, 4, 6, 5, 1, kOther)}},
    {"payload types that signalling did not name do not count",
     {types({0, 8}), signal(0, kPrivate, kPrivate), with_type(rtp(1, kFar, 7, 1, 50, 0, kPrivate), 18),
      with_type(rtp(2, kFar, 7, 51, 5, 1, kFar), 8)}},
    {"the settled source may send what it likes",
     {types({0}), signal(0, kPeer, kPeer), with_type(rtp(1, kPeer, 7, 1, 5, 5, kPeer), 18)}},
    {"nothing signalled: five packets", {rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(2, kFar2, 8, 1, 100, 0, kFar)}},

    // The peer may yet send from where signalling says
    {"a public address gets half a second's start before its network",
     {signal(0, kPeer, kPeer), rtp(1, kNear, 7, 1, 25, 0, kPeer), rtp(1.5, kNear, 7, 26, 1, 1, kNear)}},
    {"and two seconds before everybody else",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 100, 0, kPeer), rtp(3, kFar, 7, 101, 1, 1, kFar)}},
    {"a private one too, before sources of the same private network",
     {signal(0, kPrivate, kPrivate), rtp(1, kLan, 7, 1, 100, 0, kPrivate), rtp(3, kLan, 7, 101, 1, 1, kLan)}},
    {"a stranger who never stops gets nothing while the peer is there",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 50, 0, kPeer), rtp(2, kPeer, 8, 1, 1, 1, kPeer),
      rtp(2.01, kFar, 7, 51, 500, 0, kPeer)}},

    // Without RTP
    {"behind NAT: five packets of T.38", {signal(0, kPrivate, kPrivate), other(1, kFar, 6, 30, 2, kFar)}},
    {"or two keep-alives a second apart",
     {signal(0, kPrivate, kPrivate), other(1, kFar, 1, 0, 0, kPrivate), other(2, kFar, 1, 0, 1, kFar)}},
    {"a stream of RTP is not helped by anything else",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 2, 0, kPrivate), other(1.1, kFar, 60, 20, 0, kPrivate)}},
    {"keep-alives of the settled source: it still has its key",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), other(2, kPeer, 1, 20, 1, kPeer),
      rtp(3, kPeerPort, 7, 2, 1, 1, kPeerPort)}},
    {"a source that has sent no RTP: another port of the host, after 200 ms",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 20, 1, kPeer), rtp(1.1, kPeerPort, 7, 1, 1, 0, kPeer),
      rtp(1.3, kPeerPort, 7, 2, 1, 1, kPeerPort)}},
    {"but no other host", {signal(0, kPeer, kPeer), other(1, kPeer, 1, 20, 1, kPeer), rtp(5, kFar, 7, 1, 500, 0, kPeer)}},

    // Moving without signalling
    {"same SSRC, next number, 200 ms of silence: another port at once",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), rtp(1.1, kPeerPort, 7, 6, 9, 0, kPeer),
      rtp(1.28, kPeerPort, 7, 15, 5, 5, kPeerPort)}},
    {"another host: five packets of silence too",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(1.1, kFar2, 7, 6, 9, 0, kFar),
      rtp(1.28, kFar2, 7, 15, 1, 1, kFar2)}},
    {"not by one packet after a long silence",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(9, kFar2, 7, 6, 1, 0, kFar)}},
    {"not while the settled source sends",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.05, kFar, 7, 2, 7, 0, kPeer),
      rtp(1.19, kPeer, 7, 8, 1, 1, kPeer), rtp(1.2, kFar, 7, 9, 7, 0, kPeer), rtp(1.38, kPeer, 7, 17, 1, 1, kPeer)}},
    {"not with another SSRC",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(2, kFar, 8, 2, 500, 0, kPeer)}},
    {"not with a number from before, nor from far ahead",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 100, 1, 1, kPeer), rtp(1.5, kPeerPort, 7, 99, 1, 0, kPeer),
      rtp(1.5, kPeerPort, 7, 100 + 536 + 51, 1, 0, kPeer), rtp(1.5, kPeerPort, 7, 100 + 536 + 50, 1, 1, kPeerPort)}},
    {"the peer comes back to where signalling says",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(2, kFar, 7, 2, 5, 1, kFar),
      rtp(2.1, kPeer, 7, 7, 1, 1, kPeer)}},
    {"another port of the host with another SSRC: after two seconds",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(1.2, kFarPort, 9, 1, 94, 0, kFar),
      rtp(3.08, kFarPort, 9, 95, 1, 1, kFarPort)}},

    // Signalling in mid-call
    {"the same address again changes nothing",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), signal(2, kPrivate, kFar),
      rtp(2.1, kFar2, 8, 1, 500, 0, kFar), rtp(12.1, kFar, 7, 6, 1, 1, kFar)}},
    {"a hold neither, nor its end",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), mode(2, Act::kHold, kPeer), signal(3, kPeer, kPeer),
      rtp(3.1, kFar, 8, 1, 500, 0, kPeer)}},
    {"another address counts at once",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), signal(2, kFar, kFar), rtp(2.1, kFar, 9, 1, 1, 1, kFar),
      rtp(2.2, kPeer, 7, 2, 9, 0, kFar)}},
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
    {"of other hosts never",
     {signal(0, kPrivate, kPrivate), other(1, kFar, 100, 1000, 0, kPrivate)}},
    {"another port of the host after 15 s",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 0, 1, kPeer), other(15.9, kPeerPort, 1, 0, 0, kPeer),
      other(16, kPeerPort2, 1, 0, 1, kPeerPort2)}},
    {"the source before a change of address is heard",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 0, 1, kPeer), signal(2, kFar, kFar), other(2.1, kPeer, 1, 0, 1, kFar),
      other(2.2, kFar, 1, 0, 1, kFar), other(2.3, kPeer, 1, 0, 0, kFar)}},
};

int apply(LatchState* state, const Step& step) {
  int64_t now = static_cast<int64_t>(step.at_s * 1e9);
  int accepted = 0;
  switch (step.act) {
    case Act::kSignal:
      latch_signal(state, step.from, now);
      break;
    case Act::kHold:
      latch_hold(state);
      break;
    case Act::kAsymmetric:
    case Act::kSymmetric:
      latch_set_asymmetric(state, step.act == Act::kAsymmetric);
      break;
    case Act::kTypes:
      state->guard.payload_types = static_cast<uint64_t>(step.seq);
      break;
    case Act::kRtp:
    case Act::kOther:
      for (int i = 0; i < step.count; ++i, now += step.step_ms * 1'000'000) {
        RtpView view{};
        view.ssrc = step.ssrc;
        view.seq = static_cast<uint16_t>(step.seq + i);
        view.pt = step.pt;
        LatchNotes notes;
        accepted += latch_packet(state, step.from, step.act == Act::kRtp ? &view : nullptr, now, &notes);
      }
  }
  return accepted;
}

template <size_t N>
void run(const Scenario (&scenarios)[N], bool rtcp) {
  for (const Scenario& scenario : scenarios) {
    const Context context(scenario.name);
    LatchState state;
    state.guarded = true;
    state.rtcp = rtcp;
    int number = 0;
    for (const Step& step : scenario.steps) {
      const Context at_step("step " + std::to_string(++number));
      CHECK_EQ(apply(&state, step), step.accepted);
      CHECK(state.remote == step.remote);
    }
  }
}

LatchState guarded(bool rtcp) {
  LatchState state;
  state.guarded = true;
  state.rtcp = rtcp;
  return state;
}

bool packet(LatchState* state, const Endpoint& from, int64_t ms, LatchNotes* notes) {
  RtpView view{};
  view.ssrc = 7;
  view.seq = static_cast<uint16_t>(ms / 20);
  return latch_packet(state, from, state->rtcp ? nullptr : &view, ms * 1'000'000, notes);
}

}  // namespace

TEST(rtp) { run(kRtp, false); }

TEST(rtcp) { run(kRtcp, true); }

TEST(rtcp_follows_rtp_to_another_host) {
  LatchState rtcp = guarded(true);
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
  LatchState rtcp = guarded(true);
  latch_signal(&rtcp, kPrivate, 1);
  latch_guess_rtcp(&rtcp, kFar);
  latch_signal(&rtcp, kPeer, 2);
  LatchNotes notes;
  CHECK(!packet(&rtcp, kFar, 1000, &notes));
  CHECK(rtcp.remote == kPeer);
}

TEST(no_rtcp_port_behind_the_last_one) {
  LatchState rtcp = guarded(true);
  CHECK(!latch_guess_rtcp(&rtcp, ip(192, 0, 2, 1, 65535)));
  CHECK(rtcp.remote.empty());
}

TEST(the_first_stranger_is_reported) {
  LatchState state = guarded(false);
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
  LatchState state = guarded(false);
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
  LatchState state = guarded(false);
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

TEST(ranks) {
  CHECK(rank_towards(kPeer, kPeer) == Rank::kExact);
  CHECK(rank_towards(kPeer, kPeerPort) == Rank::kHost);
  CHECK(rank_towards(kPeer, kNear) == Rank::kNetwork);
  CHECK(rank_towards(kPeer, kOther) == Rank::kOther);
  CHECK(rank_towards(kNone, kPeer) == Rank::kOther);
  Endpoint six = ip(0x20, 1, 0x0d, 0xb8, 5000);
  six.family = 6;
  Endpoint same_network = six;
  same_network.ip[8] = 1;
  Endpoint other_network = six;
  other_network.ip[7] = 1;
  CHECK(rank_towards(six, same_network) == Rank::kNetwork);
  CHECK(rank_towards(six, other_network) == Rank::kOther);
}

TEST(addresses_that_only_their_own_network_reaches) {
  const Endpoint inside[] = {ip(10, 0, 0, 1, 1),    ip(172, 16, 0, 1, 1), ip(172, 31, 255, 1, 1), ip(192, 168, 0, 1, 1),
                             ip(100, 64, 0, 1, 1), ip(100, 127, 0, 1, 1), ip(169, 254, 0, 1, 1),  ip(127, 0, 0, 1, 1)};
  for (const Endpoint& endpoint : inside) {
    CHECK(unreachable(endpoint, kPeer));
    CHECK(!unreachable(endpoint, endpoint));
    CHECK(!unreachable(kPeer, endpoint));
  }
  for (const Endpoint& outside : {ip(172, 32, 0, 1, 1), ip(100, 128, 0, 1, 1), ip(192, 169, 0, 1, 1), kPeer}) {
    CHECK(!unreachable(outside, kFar));
  }
  CHECK(unreachable(ip(10, 0, 0, 1, 1), ip(192, 168, 0, 1, 1)));
  CHECK(unreachable(kNone, kPeer));
  Endpoint local;
  local.family = 6;
  local.ip[15] = 1;
  Endpoint global = local;
  global.ip[0] = 0x20;
  Endpoint unique = local;
  unique.ip[0] = 0xfd;
  Endpoint link = local;
  link.ip[0] = 0xfe;
  link.ip[1] = 0x80;
  for (const Endpoint& endpoint : {local, unique, link}) CHECK(unreachable(endpoint, global));
  CHECK(!unreachable(global, unique));
}
