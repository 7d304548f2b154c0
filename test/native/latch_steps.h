#pragma once

#include <string>
#include <vector>

#include "check.h"
#include "engine/latch.h"

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
inline const Endpoint kNear = ip(192, 0, 2, 9, 4000);
inline const Endpoint kFar = ip(198, 51, 100, 1, 7000);
inline const Endpoint kFarPort = ip(198, 51, 100, 1, 7002);
inline const Endpoint kFar2 = ip(203, 0, 113, 1, 7000);
inline const Endpoint kOther = ip(192, 0, 3, 1, 4000);
inline const Endpoint kPrivate = ip(192, 168, 1, 5, 4000);
inline const Endpoint kPrivate2 = ip(192, 168, 1, 5, 6000);
inline const Endpoint kLan = ip(192, 168, 7, 7, 4000);

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

inline Step signal(double at_s, const Endpoint& peer, const Endpoint& remote) {
  return {.act = Act::kSignal, .at_s = at_s, .from = peer, .remote = remote};
}
inline Step rtp(double at_s, const Endpoint& from, uint32_t ssrc, int seq, int count, int accepted,
                const Endpoint& remote) {
  return {Act::kRtp, at_s, from, count, 20, ssrc, seq, 0, accepted, remote};
}
inline Step other(double at_s, const Endpoint& from, int count, int step_ms, int accepted, const Endpoint& remote) {
  return {Act::kOther, at_s, from, count, step_ms, 0, 0, 0, accepted, remote};
}
inline Step with_type(Step step, uint8_t pt) {
  step.pt = pt;
  return step;
}
inline Step types(std::initializer_list<uint8_t> list) {
  Step step{.act = Act::kTypes, .at_s = 0, .from = {}, .remote = {}};
  for (const uint8_t pt : list) step.seq |= 1 << pt;
  return step;
}
inline Step mode(double at_s, Act act, const Endpoint& remote) {
  return {.act = act, .at_s = at_s, .from = {}, .remote = remote};
}

struct Scenario {
  const char* name;
  std::vector<Step> steps;
};

inline int apply(LatchState* state, const Step& step) {
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
    LatchCandidates candidates;
    LatchState state;
    state.guarded = true;
    state.guard.candidates = rtcp ? nullptr : &candidates;
    state.rtcp = rtcp;
    int number = 0;
    for (const Step& step : scenario.steps) {
      const Context at_step("step " + std::to_string(++number));
      CHECK_EQ(apply(&state, step), step.accepted);
      CHECK(state.remote == step.remote);
    }
  }
}

}  // namespace rtpp::test
