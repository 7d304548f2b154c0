// Guarded latching (docs/latching.md): the input is a list of steps on one RTP stream, packets of a few sources,
// addresses from signalling, time. Who is let in must have had the right to it, which is counted here by other means.
#include "latch/latch.h"

#include <algorithm>

#include "fuzz.h"

using namespace rtpp;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kActive = 200 * kMs;
constexpr int64_t kChange = 10'000 * kMs;
constexpr int kSources = 32;
constexpr uint16_t kSeqSteps[] = {1, 1, 0, 0xffff, 536, 637, 0x8000, 100};
constexpr int64_t kTimeSteps[] = {1, 20, 79, 200, 1000, 2000, 5001, 15'000};

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
  explicit Target(fuzz::Input* in) : in_(*in) { latch_guard(&state_, &candidates_); }

  void run() {
    for (int step = 0; step < 2000 && !in_.empty(); ++step) {
      const uint8_t kind = in_.u8();
      switch (kind & 7) {
        case 5:
          now_ns_ += kTimeSteps[kind >> 3 & 7] * kMs;
          break;
        case 6:
          (kind >> 3 & 7) == 7 ? review() : signal(endpoint(kind >> 3));
          break;
        case 7:
          packet(kind >> 3, nullptr);
          break;
        default:
          rtp_packet(kind);
      }
      now_ns_ += kMs;
      MUST(state_.guard.candidate_count <= candidates_.size());
    }
  }

 private:
  void rtp_packet(uint8_t kind) {
    const uint8_t how = in_.u8();
    RtpView rtp{};
    rtp.ssrc = how & 3;
    uint16_t& last = seq_[kind >> 3];
    // What the holder would send next, or this one.
    rtp.seq = static_cast<uint16_t>(((how & 32) != 0 ? holder_seq_ : last) + kSeqSteps[how >> 2 & 7]);
    last = rtp.seq;
    packet(kind >> 3, &rtp);
  }

  void packet(uint8_t choice, const RtpView* rtp) {
    const Endpoint source = endpoint(choice);
    review();
    const LatchState before = state_;
    LatchNotes notes;
    const bool accepted = latch_packet(&state_, source, rtp, now_ns_, &notes);
    // How often it has sent since the holder was heard.
    if (alone_ns_[choice] < before.guard.heard_ns) sent_[choice] = 0;
    if (sent_[choice]++ == 0) alone_ns_[choice] = now_ns_;
    if (rtp != nullptr && accepted) holder_seq_ = rtp->seq;
    nears_[choice] += rtp != nullptr && before.guard.keys.near(*rtp, now_ns_ - before.guard.heard_ns);
    if (source == state_.guard.holder) nears_[choice] = kEnough;
    if (before.guard.holder.empty() || source == before.guard.holder) {
      MUST(accepted && state_.remote == source && state_.guard.holder == source && !notes.ignored && !notes.taken);
    } else if (state_.guard.holder == before.guard.holder) {
      kept(before, source, accepted, nears_[choice], notes);
    } else {
      taken(before, source, rtp, choice, notes);
      MUST(accepted);
    }
  }

  /** The holder holds on: who else is heard has gone on from it, and media goes nowhere that signalling has not named.
   */
  void kept(const LatchState& before, const Endpoint& source, bool accepted, int nears, const LatchNotes& notes) {
    MUST(!notes.latched && !notes.relatched && !notes.moved && !notes.filled_in && !notes.taken);
    MUST(state_.remote == before.remote || (state_.remote == before.guard.signalled && !before.guard.found));
    MUST(state_.guard.heard_ns == before.guard.heard_ns && !(notes.ignored && accepted));
    const bool pointed = source.same_host(before.guard.signalled) || source.same_host(before.guard.home);
    if (accepted) MUST(nears >= (pointed ? 1 : kInARow));
    if (!accepted) MUST(state_.ignored == source);
  }

  void taken(const LatchState& before, const Endpoint& source, const RtpView* rtp, uint8_t choice,
             const LatchNotes& notes) {
    const GuardedLatch& guard = before.guard;
    MUST(notes.taken && notes.latched + notes.relatched + notes.moved == 1);
    MUST(state_.remote == source && state_.guard.holder == source && notes.rule < kLatchRules.size());
    const int64_t silence = now_ns_ - guard.heard_ns;
    const bool pointed = source.same_host(guard.signalled) || source.same_host(guard.home);
    const bool onward = nears_[choice] >= kInARow || (rtp != nullptr && guard.keys.near(*rtp, silence));
    const bool changed = guard.changed_ns != 0 && now_ns_ - guard.changed_ns <= kChange;
    if (guard.found && silence < kActive && !pointed && !onward) {
      // Only where signalling has named another place, and the holder has left.
      MUST(guard.changed_ns > guard.heard_ns && silence >= 100 * kMs && sent_[choice] >= 2);
    }
    if (!guard.found || pointed || changed) return;
    MUST(sent_[choice] >= 5 || (sent_[choice] >= 2 && now_ns_ - alone_ns_[choice] >= 200 * kMs) || onward);
  }

  void review() {
    const LatchState before = state_;
    LatchNotes notes;
    if (!latch_review_due(state_, now_ns_)) return;
    if (!latch_review(&state_, now_ns_, &notes)) {
      MUST(state_.remote == before.remote && state_.guard.holder == before.guard.holder);
      return;
    }
    MUST(state_.remote == state_.guard.holder);
    for (uint8_t i = 0; i < kSources; ++i) {
      if (endpoint(i) == state_.guard.holder) nears_[i] = kInARow;
    }
  }

  void signal(const Endpoint& peer) {
    const LatchState before = state_;
    const LatchNotes notes = latch_signal(&state_, peer, now_ns_);
    MUST(!notes.latched && !notes.relatched && !notes.moved && !notes.filled_in && !notes.taken && !notes.ignored);
    MUST(state_.guard.signalled == peer && state_.guard.holder == before.guard.holder);
    MUST(state_.remote == peer || state_.remote == before.remote);
    MUST(notes.prefilled == !(state_.remote == before.remote));
    if (before.guard.signalled == peer) MUST(state_.remote == before.remote);
  }

  fuzz::Input& in_;
  LatchCandidates candidates_;
  LatchState state_;
  int64_t now_ns_ = 1'000'000 * kMs;
  uint16_t holder_seq_ = 0;
  /** By source: packets since the holder was heard, the first of them, and the last sequence number. */
  int sent_[kSources] = {};
  int64_t alone_ns_[kSources] = {};
  /** Packets that could have been the holder's next. */
  int nears_[kSources] = {};
  uint16_t seq_[kSources] = {};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  Target(&in).run();
  return 0;
}
