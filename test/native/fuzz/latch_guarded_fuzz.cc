// Guarded latching (docs/latching.md): the input is a list of steps on one RTP stream, packets of a few sources,
// addresses from signalling, time. Whoever is let in must have had the right to it, which is counted here by other
// means.
#include "engine/latch.h"

#include <algorithm>

#include "fuzz.h"

using namespace rtpp;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kAlive = 200 * kMs;
constexpr int64_t kChange = 2000 * kMs;
constexpr int kProbation = 5;
constexpr int kSources = 32;
constexpr uint16_t kSeqSteps[] = {1, 1, 0, 0xffff, 536, 537, 0x8000, 100};
constexpr int64_t kTimeSteps[] = {1, 20, 199, 200, 201, 500, 2000, 15'000};

/** Ports of one host, its neighbour, a private host and another one. */
Endpoint endpoint(uint8_t choice) {
  static constexpr uint8_t kHosts[4][4] = {{192, 0, 2, 1}, {192, 0, 2, 2}, {10, 0, 0, 1}, {198, 51, 100, 1}};
  Endpoint endpoint;
  endpoint.family = 4;
  std::copy_n(kHosts[choice & 3], 4, endpoint.ip);
  endpoint.port = static_cast<uint16_t>(5000 + 2 * (choice >> 2 & 7));
  return endpoint;
}

class Target {
 public:
  explicit Target(fuzz::Input* in) : in_(*in) {
    state_.guarded = true;
    state_.guard.candidates = &candidates_;
  }

  void run() {
    for (int step = 0; step < 2000 && !in_.empty(); ++step) {
      const uint8_t kind = in_.u8();
      switch (kind & 7) {
        case 5:
          now_ns_ += kTimeSteps[kind >> 3 & 7] * kMs;
          break;
        case 6:
          signal(endpoint(kind >> 3));
          break;
        case 7:
          packet(kind >> 3, nullptr);
          break;
        default:
          rtp_packet(kind);
      }
      now_ns_ += kMs;
    }
  }

 private:
  void rtp_packet(uint8_t kind) {
    const uint8_t how = in_.u8();
    RtpView rtp{};
    rtp.ssrc = how & 3;
    // What the settled source would send next, or this one.
    uint16_t& last = seq_[kind >> 3];
    rtp.seq = static_cast<uint16_t>(((how & 32) != 0 ? state_.seq : last) + kSeqSteps[how >> 2 & 7]);
    last = rtp.seq;
    packet(kind >> 3, &rtp);
  }

  void packet(uint8_t choice, const RtpView* rtp) {
    const Endpoint source = endpoint(choice);
    const LatchState before = state_;
    const bool near = source.same_host(before.guard.signalled);
    sent_[choice]++;
    LatchNotes notes;
    if (!latch_packet(&state_, source, rtp, now_ns_, &notes)) {
      // What is refused changes neither who is listened to nor who is talked to.
      MUST(state_.remote == before.remote && state_.latched == before.latched &&
           state_.guard.rank == before.guard.rank);
      MUST(state_.ssrc == before.ssrc && state_.seq == before.seq && state_.guard.heard_ns == before.guard.heard_ns);
      MUST(!(before.latched && source == before.remote));
      MUST(!notes.latched && !notes.relatched && !notes.moved && !notes.filled_in);
      if (notes.stranger) MUST(before.latched && !before.guard.stranger_noted);
      // The host that signalling named is heard, unless a source of it has the stream already.
      if (near) MUST(before.latched && before.remote.same_host(source));
      return;
    }
    MUST(!notes.stranger);
    if (before.latched && source == before.remote) return;
    if (state_.latched) {
      MUST(state_.remote == source);
      moved_in(before, choice, near, notes);
    } else {
      // The source before a change of the signalled address is heard a while longer, and nobody else.
      MUST(source == before.previous && state_.remote == before.remote && now_ns_ - before.guard.changed_ns < kChange);
    }
  }

  /** A source got the stream that did not have it. */
  void moved_in(const LatchState& before, uint8_t choice, bool near, const LatchNotes& notes) {
    MUST(notes.latched + notes.relatched + notes.moved == 1 && notes.moved <= before.latched);
    if (!before.latched && state_.remote == before.previous) return;
    const bool same_host = state_.remote.same_host(before.remote) || state_.remote.same_host(before.previous);
    // Two are enough for what is no RTP.
    const int enough = state_.has_ssrc ? kProbation : 2;
    MUST(near || same_host || sent_[choice] >= enough);
    if (!before.latched) return;
    const bool better = state_.guard.rank < before.guard.rank;
    MUST(better || now_ns_ - before.guard.heard_ns >= kAlive);
  }

  void signal(const Endpoint& peer) {
    const LatchState before = state_;
    const LatchNotes notes = latch_signal(&state_, peer, now_ns_);
    MUST(!notes.latched && !notes.relatched && !notes.moved && !notes.filled_in && !notes.stranger);
    MUST(state_.guard.signalled == peer);
    if (before.guard.signalled == peer) {
      MUST(state_.latched == before.latched && state_.remote == before.remote);
    } else {
      std::fill(std::begin(sent_), std::end(sent_), 0);
    }
    MUST(state_.remote == peer || state_.remote == before.remote);
  }

  fuzz::Input& in_;
  LatchCandidates candidates_;
  LatchState state_;
  int64_t now_ns_ = 1'000'000 * kMs;
  /** By source: packets since the last change of the signalled address, and the last sequence number. */
  int sent_[kSources] = {};
  uint16_t seq_[kSources] = {};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  Target(&in).run();
  return 0;
}
