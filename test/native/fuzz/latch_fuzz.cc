// The automaton that learns where the peer is (media.md 2). The input is a list of steps on one stream and its RTCP
// stream: packets, addresses from signalling, hold, modes, time. What must hold is said by rules of its own.
#include "latch/latch.h"

#include "fuzz.h"

using namespace rtpp;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kWindow = 10'000 * kMs;
constexpr uint16_t kMaxSeqDistance = 536;
/** Steps of sequence numbers and of time around which something changes. */
constexpr uint16_t kSeqSteps[] = {1, 0, 0xffff, 535, 536, 537, 538, 0x8000};
constexpr int64_t kTimeSteps[] = {20, 999, 1000, 1001, 9'999, 10'000, 10'001, 60'000};

/** One of 16 addresses: few enough to meet again. */
Endpoint endpoint(uint8_t choice) {
  static constexpr uint16_t kPorts[] = {5000, 5002, 65535, 1};
  Endpoint endpoint;
  endpoint.family = (choice & 3) == 3 ? 6 : 4;
  endpoint.ip[0] = 10;
  endpoint.ip[3] = choice & 3;
  endpoint.port = kPorts[choice >> 2 & 3];
  return endpoint;
}

bool same(const LatchState& a, const LatchState& b) {
  return a.remote == b.remote && a.compat.previous == b.compat.previous &&
         a.compat.last_update_ns == b.compat.last_update_ns && a.compat.sync_ns == b.compat.sync_ns &&
         a.compat.ssrc == b.compat.ssrc && a.compat.seq == b.compat.seq && a.compat.has_ssrc == b.compat.has_ssrc &&
         a.latched == b.latched && a.compat.untrusted == b.compat.untrusted && a.asymmetric == b.asymmetric &&
         a.on_hold == b.on_hold;
}

bool none(const LatchNotes& notes) {
  return !notes.off_hold && !notes.on_hold && !notes.prefilled && !notes.latched && !notes.relatched &&
         !notes.not_latched && !notes.moved && !notes.filled_in;
}

class Target {
 public:
  explicit Target(fuzz::Input* in) : in_(*in) {}

  void run() {
    for (int step = 0; step < 1000 && !in_.empty(); ++step) {
      const uint8_t kind = in_.u8();
      switch (kind & 7) {
        case 4:
          packet(endpoint(in_.u8()), nullptr);
          break;
        case 5:
          signal(endpoint(in_.u8()));
          break;
        case 6:
          change(kind >> 3);
          break;
        case 7:
          now_ns_ += kTimeSteps[kind >> 3 & 7] * kMs;
          if (kind >= 128) now_ns_ -= 1;
          break;
        default:
          rtp_packet(kind >> 3);
      }
      MUST(state_.compat.untrusted ? !state_.remote.empty() : true);
      MUST(state_.compat.sync_ns <= now_ns_ && state_.compat.last_update_ns <= now_ns_);
    }
  }

 private:
  void rtp_packet(uint8_t ssrc) {
    RtpView rtp{};
    rtp.ssrc = ssrc & 3;
    const uint8_t from = in_.u8();
    // Either what the source sends next, or some way from what is known of it.
    const uint16_t base = (from & 128) != 0 ? state_.compat.seq : seq_;
    seq_ = rtp.seq = static_cast<uint16_t>(base + kSeqSteps[from >> 4 & 7]);
    const bool accepted = packet(endpoint(from), &rtp);
    if (accepted && (ssrc & 4) != 0) ssrc_changed(rtp);
  }

  /** Returns whether it was accepted. */
  bool packet(const Endpoint& source, const RtpView* rtp) {
    const LatchState before = state_;
    LatchNotes notes;
    const bool accepted = latch_packet(&state_, source, rtp, now_ns_, &notes);
    if (!accepted) {
      // Whoever is ignored has no effect at all.
      MUST(same(before, state_) && none(notes));
      MUST(!(source == before.remote));
      return false;
    }
    MUST(notes.latched + notes.relatched + notes.not_latched <= 1);
    MUST(!notes.off_hold && !notes.on_hold && !notes.prefilled);
    MUST(state_.asymmetric == before.asymmetric && state_.on_hold == before.on_hold);
    MUST(state_.compat.previous == before.compat.previous &&
         state_.compat.last_update_ns == before.compat.last_update_ns);
    if (before.asymmetric && !before.remote.empty()) {
      MUST(source.same_host(before.remote) && state_.remote == before.remote);
      MUST(none(notes));
    } else {
      // Who is listened to is who is talked to.
      MUST(state_.remote == source);
    }
    const bool moved_in = !(before.remote == state_.remote);
    MUST(notes.filled_in == moved_in);
    if (moved_in) {
      MUST(state_.compat.untrusted);
      may_move_in(before, rtp, notes);
    } else {
      MUST(state_.compat.untrusted == before.compat.untrusted);
    }
    if (before.latched && !state_.latched) MUST(rtp != nullptr && rtp->ssrc == 0);
    return true;
  }

  /** Somebody new was accepted: he had the right to. */
  void may_move_in(const LatchState& before, const RtpView* rtp, const LatchNotes& notes) {
    MUST(notes.moved == (!before.remote.empty() && before.latched));
    if (!notes.moved) return;
    MUST(rtp != nullptr && before.compat.has_ssrc && notes.moved_from_seq == before.compat.seq &&
         state_.compat.seq == rtp->seq);
    const bool window = before.compat.last_update_ns != 0 && now_ns_ - before.compat.last_update_ns <= kWindow;
    if (window) return;
    MUST(rtp->ssrc == before.compat.ssrc);
    MUST(static_cast<uint16_t>(rtp->seq - before.compat.seq) <= kMaxSeqDistance);
  }

  void ssrc_changed(const RtpView& rtp) {
    const LatchState before = state_;
    const LatchNotes notes = latch_ssrc_changed(&state_, rtp, now_ns_);
    MUST(state_.remote == before.remote && state_.compat.untrusted == before.compat.untrusted && !notes.filled_in &&
         !notes.moved);
    if (before.asymmetric) MUST(same(before, state_) && none(notes));
    if (none(notes)) return;
    MUST(state_.compat.has_ssrc && state_.compat.ssrc == rtp.ssrc && state_.compat.seq == rtp.seq);
    MUST(state_.latched == (rtp.ssrc != 0));
  }

  void signal(const Endpoint& peer) {
    const LatchState before = state_;
    const LatchNotes notes = latch_signal(&state_, peer, now_ns_);
    MUST(!state_.on_hold && notes.off_hold == before.on_hold);
    // Signalling neither settles a source nor unsettles one, and what was learned from a packet stays.
    MUST(state_.latched == before.latched && state_.compat.untrusted == before.compat.untrusted);
    MUST(state_.compat.has_ssrc == before.compat.has_ssrc && state_.compat.ssrc == before.compat.ssrc &&
         state_.compat.seq == before.compat.seq);
    MUST(state_.remote == (before.compat.untrusted ? before.remote : peer));
    MUST(notes.prefilled == !(state_.remote == before.remote));
    MUST(state_.compat.last_update_ns == (before.remote.empty() ? before.compat.last_update_ns : now_ns_));
    if (!(state_.compat.previous == before.compat.previous))
      MUST(before.latched && state_.compat.previous == before.remote);
  }

  void change(uint8_t what) {
    LatchState before = state_;
    switch (what & 3) {
      case 0: {
        const LatchNotes notes = latch_hold(&state_);
        MUST(notes.on_hold == !before.on_hold);
        before.on_hold = true;
        MUST(same(before, state_));
        break;
      }
      case 1:
        guess(endpoint(in_.u8()));
        break;
      default:
        before.asymmetric = (what & 1) != 0;
        before.latched = before.latched || before.asymmetric;
        latch_set_asymmetric(&state_, before.asymmetric, now_ns_);
        MUST(same(before, state_));
    }
  }

  /** The RTP stream beside this one has learned an address, so this one is taken for an RTCP stream. */
  void guess(const Endpoint& rtp_source) {
    const LatchState before = state_;
    LatchState rtp;
    rtp.remote = rtp_source;
    const bool guessed = latch_follow_rtp(&state_, rtp);
    MUST(guessed == (rtp_source.port != 65535 && (before.remote.empty() || !before.remote.same_host(rtp_source))));
    if (!guessed) {
      MUST(same(before, state_));
      return;
    }
    MUST(state_.remote.same_host(rtp_source) && state_.remote.port == rtp_source.port + 1);
    MUST(state_.latched == state_.asymmetric);
  }

  fuzz::Input& in_;
  LatchState state_;
  int64_t now_ns_ = 1'000'000 * kMs;
  uint16_t seq_ = 0xff00;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  Target(&in).run();
  return 0;
}
