#include "latch/latch.h"

#include <type_traits>

#include "latch/compat.h"
#include "latch/guarded.h"

namespace rtpp {

static_assert(std::is_trivially_copyable_v<LatchState>);

void latch_guard(LatchState* state, LatchCandidates* candidates) {
  state->guarded = true;
  state->guard = GuardedLatch{};
  state->guard.candidates = candidates;
}

LatchNotes latch_signal(LatchState* state, const Endpoint& peer, int64_t now_ns) {
  LatchNotes notes;
  notes.off_hold = state->on_hold;
  state->on_hold = false;
  notes.prefilled = state->guarded ? guarded_signal(state, peer, now_ns) : compat_signal(state, peer, now_ns);
  return notes;
}

LatchNotes latch_hold(LatchState* state) {
  LatchNotes notes;
  notes.on_hold = !state->on_hold;
  state->on_hold = true;
  return notes;
}

void latch_set_asymmetric(LatchState* state, bool asymmetric, int64_t now_ns) {
  if (state->guarded) {
    guarded_set_asymmetric(state, asymmetric, now_ns);
  } else {
    compat_set_asymmetric(state, asymmetric);
  }
}

bool latch_packet(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  const Arrival packet{source, rtp, now_ns};
  return state->guarded ? guarded_packet(state, packet, notes) : compat_packet(state, packet, notes);
}

bool latch_rtcp_packet(LatchState* state, const LatchState& rtp, const Endpoint& source, int64_t now_ns,
                       LatchNotes* notes) {
  const Arrival packet{source, nullptr, now_ns};
  return state->guarded ? guarded_rtcp_packet(state, rtp, packet, notes) : compat_packet(state, packet, notes);
}

LatchNotes latch_ssrc_changed(LatchState* state, const RtpView& rtp, int64_t now_ns) {
  LatchNotes notes;
  // In mode `guarded` the streams of a source are those of its latest packets anyway.
  if (!state->guarded) compat_ssrc_changed(state, rtp, now_ns, &notes);
  return notes;
}

bool latch_follow_rtp(LatchState* rtcp, const LatchState& rtp) {
  return rtcp->guarded ? guarded_follow(rtcp, rtp) : compat_follow(rtcp, rtp);
}

bool latch_review(LatchState* state, int64_t now_ns, LatchNotes* notes) { return guarded_review(state, now_ns, notes); }

LatchStage latch_stage(const LatchState& state, bool heard) {
  const bool found = state.guarded ? state.guard.found || state.asymmetric : state.latched;
  // Who sends asymmetrically does not hold the leg: all of its host is heard.
  const bool silent = state.guarded && !state.asymmetric ? state.guard.holder.empty() : !heard;
  if (silent) return LatchStage::kWaiting;
  if (found) return LatchStage::kLatched;
  return state.guarded && state.guard.contested ? LatchStage::kContested : LatchStage::kProbing;
}

void latch_send_to(LatchState* state, const Endpoint& address, AddressOrigin origin, int64_t now_ns) {
  if (state->remote == address) return;
  const bool again = state->origin == AddressOrigin::kLearned || state->origin == AddressOrigin::kRelearned;
  state->remote = address;
  state->remote_ns = now_ns;
  state->origin = origin == AddressOrigin::kLearned && again ? AddressOrigin::kRelearned : origin;
}

}  // namespace rtpp
