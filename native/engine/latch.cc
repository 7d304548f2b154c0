#include "engine/latch.h"

#include <algorithm>
#include <type_traits>

#include "engine/latch_guarded.h"

namespace rtpp {
namespace {

static_assert(std::is_trivially_copyable_v<LatchState>);

constexpr int64_t kSecond = 1'000'000'000;
/** After a signalled address any RTP source may take the stream over for this long. */
constexpr int64_t kUpdateWindow = 10 * kSecond;
constexpr int64_t kSyncInterval = kSecond;
/** How far ahead of the last known sequence number another source may be. */
constexpr uint16_t kMaxSeqDistance = 536;
/** The first payload type that RFC 3551 assigns nothing to. */
constexpr uint8_t kFirstDynamic = 35;

void settle(LatchState* state, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  if (state->last_update_ns != 0 && now_ns - state->last_update_ns < kUpdateWindow) return;
  state->has_ssrc = rtp != nullptr;
  if (rtp != nullptr) {
    state->ssrc = rtp->ssrc;
    state->seq = rtp->seq;
    state->sync_ns = now_ns;
  }
  if (rtp != nullptr && rtp->ssrc == 0) {
    notes->not_latched = true;
    state->latched = false;
  } else {
    (state->latched ? notes->relatched : notes->latched) = true;
    state->latched = true;
  }
}

void learn(LatchState* state, const Endpoint& source, LatchNotes* notes) {
  state->untrusted = true;
  state->remote = source;
  // A late packet from the address that signalling has just replaced must not settle it again.
  if (!(source == state->previous)) state->latched = true;
  notes->filled_in = true;
}

bool take_over(LatchState* state, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  if (rtp == nullptr || !state->has_ssrc) return false;
  const bool window = state->last_update_ns != 0 && now_ns - state->last_update_ns <= kUpdateWindow;
  if (!window) {
    const uint16_t distance = static_cast<uint16_t>(rtp->seq - state->seq);
    if (rtp->ssrc != state->ssrc || distance > kMaxSeqDistance) return false;
  }
  notes->moved = true;
  notes->moved_from_seq = state->seq;
  state->seq = rtp->seq;
  state->sync_ns = now_ns;
  return true;
}

void sync(LatchState* state, const RtpView* rtp, int64_t now_ns) {
  if (rtp == nullptr || !state->has_ssrc || rtp->ssrc != state->ssrc) return;
  if (now_ns - state->sync_ns < kSyncInterval) return;
  state->seq = rtp->seq;
  state->sync_ns = now_ns;
}

bool accept_symmetric(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns,
                      LatchNotes* notes) {
  if (source == state->remote) {
    if (!state->latched) settle(state, rtp, now_ns, notes);
    return true;
  }
  if (!state->latched) {
    settle(state, rtp, now_ns, notes);
  } else if (!take_over(state, rtp, now_ns, notes)) {
    return false;
  }
  learn(state, source, notes);
  return true;
}

}  // namespace

LatchNotes latch_signal(LatchState* state, const Endpoint& peer, int64_t now_ns) {
  LatchNotes notes;
  notes.off_hold = state->on_hold;
  state->on_hold = false;
  if (state->guarded) {
    notes.prefilled = guarded_signal(state, peer, now_ns);
    return notes;
  }
  if (!state->remote.empty()) state->last_update_ns = now_ns;
  if (state->untrusted || state->remote == peer) return notes;
  notes.prefilled = true;
  if (!state->remote.empty() && state->latched) state->previous = state->remote;
  state->remote = peer;
  return notes;
}

LatchNotes latch_hold(LatchState* state) {
  LatchNotes notes;
  notes.on_hold = !state->on_hold;
  state->on_hold = true;
  return notes;
}

uint64_t payload_type_bit(uint8_t payload_type) { return uint64_t{1} << std::min(payload_type, kFirstDynamic); }

void latch_set_asymmetric(LatchState* state, bool asymmetric) {
  if (state->guarded) {
    guarded_set_asymmetric(state, asymmetric);
    return;
  }
  state->asymmetric = asymmetric;
  if (asymmetric) state->latched = true;
}

bool latch_packet(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  if (state->guarded) return guarded_packet(state, source, rtp, now_ns, notes);
  if (state->remote.empty()) {
    learn(state, source, notes);
  } else if (state->asymmetric) {
    if (!source.same_host(state->remote)) return false;
  } else if (!accept_symmetric(state, source, rtp, now_ns, notes)) {
    return false;
  }
  sync(state, rtp, now_ns);
  return true;
}

LatchNotes latch_ssrc_changed(LatchState* state, const RtpView& rtp, int64_t now_ns) {
  LatchNotes notes;
  if (state->guarded) {
    // The key is always that of the latest packet.
    notes.relatched = state->latched;
    return notes;
  }
  if (!state->asymmetric) settle(state, &rtp, now_ns, &notes);
  return notes;
}

bool latch_guess_rtcp(LatchState* rtcp, const Endpoint& source) {
  if (rtcp->guarded) return guarded_follow(rtcp, source);
  if (source.port == 65535) return false;
  if (!rtcp->remote.empty() && rtcp->remote.same_host(source)) return false;
  rtcp->remote = source;
  ++rtcp->remote.port;
  // In symmetric mode the first RTCP packet may still correct the guess.
  rtcp->latched = rtcp->asymmetric;
  return true;
}

}  // namespace rtpp
