#pragma once

#include <string>
#include <vector>

#include "latch/latch.h"

namespace rtpp::test {

/** 10.0.0.`host`:`port`. */
inline Endpoint at(uint8_t host, uint16_t port) {
  Endpoint endpoint;
  endpoint.family = 4;
  endpoint.ip[0] = 10;
  endpoint.ip[3] = host;
  endpoint.port = port;
  return endpoint;
}

enum class Act { kSignal, kHold, kSymmetric, kAsymmetric, kRtp, kOther, kSsrcChange };

/** One step, and what is to come of it. */
struct Step {
  double at_s;
  Act act;
  Endpoint from;
  uint32_t ssrc;
  int seq;
  bool accepted;
  const char* notes;
  Endpoint remote;
};

inline Step signal(double at_s, const Endpoint& peer, const char* notes, const Endpoint& remote) {
  return {at_s, Act::kSignal, peer, 0, 0, true, notes, remote};
}
inline Step hold(double at_s, const char* notes, const Endpoint& remote) {
  return {at_s, Act::kHold, Endpoint{}, 0, 0, true, notes, remote};
}
inline Step mode(double at_s, Act act, const Endpoint& remote) {
  return {at_s, act, Endpoint{}, 0, 0, true, "", remote};
}
inline Step takes(double at_s, const Endpoint& from, uint32_t ssrc, int seq, const char* notes,
                  const Endpoint& remote) {
  return {at_s, Act::kRtp, from, ssrc, seq, true, notes, remote};
}
inline Step ignores(double at_s, const Endpoint& from, uint32_t ssrc, int seq, const Endpoint& remote) {
  return {at_s, Act::kRtp, from, ssrc, seq, false, "", remote};
}
/** Anything but RTP, or a packet of an RTCP stream. */
inline Step takes_other(double at_s, const Endpoint& from, const char* notes, const Endpoint& remote) {
  return {at_s, Act::kOther, from, 0, 0, true, notes, remote};
}
inline Step ignores_other(double at_s, const Endpoint& from, const Endpoint& remote) {
  return {at_s, Act::kOther, from, 0, 0, false, "", remote};
}
inline Step new_ssrc(double at_s, uint32_t ssrc, int seq, const char* notes, const Endpoint& remote) {
  return {at_s, Act::kSsrcChange, Endpoint{}, ssrc, seq, true, notes, remote};
}

struct Scenario {
  const char* name;
  std::vector<Step> steps;
};

inline std::string describe(const LatchNotes& notes) {
  std::string text;
  const auto add = [&text](bool set, const std::string& word) {
    if (set) text += (text.empty() ? "" : " ") + word;
  };
  add(notes.off_hold, "off_hold");
  add(notes.on_hold, "on_hold");
  add(notes.prefilled, "prefilled");
  add(notes.latched, "latched");
  add(notes.relatched, "relatched");
  add(notes.not_latched, "not_latched");
  add(notes.moved, "moved<" + std::to_string(notes.moved_from_seq));
  add(notes.filled_in, "filled_in");
  return text;
}

inline bool run(LatchState* state, const Step& step, LatchNotes* notes) {
  const int64_t now = static_cast<int64_t>(step.at_s * 1e9);
  RtpView rtp{};
  rtp.ssrc = step.ssrc;
  rtp.seq = static_cast<uint16_t>(step.seq);
  switch (step.act) {
    case Act::kSignal:
      *notes = latch_signal(state, step.from, now);
      return true;
    case Act::kHold:
      *notes = latch_hold(state);
      return true;
    case Act::kSymmetric:
    case Act::kAsymmetric:
      latch_set_asymmetric(state, step.act == Act::kAsymmetric, now);
      return true;
    case Act::kSsrcChange:
      *notes = latch_ssrc_changed(state, rtp, now);
      return true;
    case Act::kRtp:
    case Act::kOther:
      return latch_packet(state, step.from, step.act == Act::kRtp ? &rtp : nullptr, now, notes);
  }
  return false;
}

}  // namespace rtpp::test
