#pragma once

#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "latch/latch.h"

namespace rtpp::test {

inline Endpoint ip(uint8_t a, uint8_t b, uint8_t c, uint8_t d, uint16_t port) {
  Endpoint endpoint;
  endpoint.family = 4;
  endpoint.ip[0] = a;
  endpoint.ip[1] = b;
  endpoint.ip[2] = c;
  endpoint.ip[3] = d;
  endpoint.port = port;
  return endpoint;
}

inline const Endpoint kNone;
inline const Endpoint kPeer = ip(192, 0, 2, 1, 4000);
inline const Endpoint kPeerPort = ip(192, 0, 2, 1, 4002);
inline const Endpoint kPeerPort2 = ip(192, 0, 2, 1, 4004);
inline const Endpoint kNeighbour = ip(192, 0, 2, 9, 4000);
inline const Endpoint kFar = ip(198, 51, 100, 1, 7000);
inline const Endpoint kFarPort = ip(198, 51, 100, 1, 7002);
inline const Endpoint kFar2 = ip(203, 0, 113, 1, 7000);
inline const Endpoint kOther = ip(192, 0, 3, 1, 4000);
inline const Endpoint kPrivate = ip(192, 168, 1, 5, 4000);
inline const Endpoint kPrivate2 = ip(192, 168, 1, 5, 6000);
inline const Endpoint kLan = ip(192, 168, 7, 7, 4000);

/** `count` packets every `step_ms`, with the SSRC and rising sequence numbers from `seq` on. */
struct Step {
  enum class Act { kSignal, kHold, kAsymmetric, kSymmetric, kRtp, kOther, kReview };
  Act act;
  double at_s;
  Endpoint from;
  int count = 1;
  int step_ms = 20;
  uint32_t ssrc = 0;
  int seq = 0;
  /** How many of the packets are to be accepted, and where packets go to afterwards. */
  int accepted = 0;
  Endpoint remote;
};
using Act = Step::Act;

inline Step signal(double at_s, const Endpoint& peer, const Endpoint& remote) {
  return {.act = Act::kSignal, .at_s = at_s, .from = peer, .remote = remote};
}
inline Step rtp(double at_s, const Endpoint& from, uint32_t ssrc, int seq, int count, int accepted,
                const Endpoint& remote) {
  return {Act::kRtp, at_s, from, count, 20, ssrc, seq, accepted, remote};
}
/** Packets that are so far apart. */
inline Step every(int step_ms, Step step) {
  step.step_ms = step_ms;
  return step;
}
inline Step other(double at_s, const Endpoint& from, int count, int step_ms, int accepted, const Endpoint& remote) {
  return {Act::kOther, at_s, from, count, step_ms, 0, 0, accepted, remote};
}
inline Step mode(double at_s, Act act, const Endpoint& remote) {
  return {.act = act, .at_s = at_s, .from = {}, .remote = remote};
}
/** A packet is about to be sent; `accepted` tells whether that changed anything. */
inline Step review(double at_s, int accepted, const Endpoint& remote) {
  return {.act = Act::kReview, .at_s = at_s, .from = {}, .accepted = accepted, .remote = remote};
}

struct Scenario {
  const char* name;
  std::vector<Step> steps;
};

/** A stream in mode `guarded`. */
struct Guarded {
  explicit Guarded(bool rtcp = false) {
    state.rtcp = rtcp;
    latch_guard(&state, rtcp ? nullptr : &candidates);
  }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  LatchCandidates candidates;
  LatchState state;
  /** Rules by which somebody got the leg. */
  std::set<std::string> rules;
};

inline bool packet(Guarded* guarded, const LatchState& rtp, const Step& step, int i, int64_t now) {
  LatchState* state = &guarded->state;
  LatchNotes notes;
  RtpView view{};
  view.ssrc = step.ssrc;
  view.seq = static_cast<uint16_t>(step.seq + i);
  const bool accepted = state->rtcp
                            ? latch_rtcp_packet(state, rtp, step.from, now, &notes)
                            : latch_packet(state, step.from, step.act == Act::kRtp ? &view : nullptr, now, &notes);
  if (!state->rtcp && (notes.taken || notes.latched)) guarded->rules.insert(kLatchRules[notes.rule].name);
  return accepted;
}

/** Returns how many packets were accepted. `rtp`: the RTP stream of the leg, for RTCP. */
inline int apply(Guarded* guarded, const LatchState& rtp, const Step& step) {
  LatchState* state = &guarded->state;
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
      latch_set_asymmetric(state, step.act == Act::kAsymmetric, now);
      break;
    case Act::kReview: {
      LatchNotes notes;
      accepted = latch_review_due(*state, now) && latch_review(state, now, &notes);
      if (notes.taken) guarded->rules.insert(kLatchRules[notes.rule].name);
      break;
    }
    case Act::kRtp:
    case Act::kOther:
      for (int i = 0; i < step.count; ++i, now += step.step_ms * 1'000'000) {
        accepted += packet(guarded, rtp, step, i, now);
      }
  }
  return accepted;
}

/** Plays the scenario; returns the rules that gave somebody the leg. */
inline std::set<std::string> play(const Scenario& scenario, bool rtcp) {
  const Context context(scenario.name);
  Guarded guarded(rtcp);
  const LatchState no_rtp;
  int number = 0;
  for (const Step& step : scenario.steps) {
    const Context at_step("step " + std::to_string(++number));
    CHECK_EQ(apply(&guarded, no_rtp, step), step.accepted);
    CHECK(guarded.state.remote == step.remote);
  }
  return guarded.rules;
}

}  // namespace rtpp::test
