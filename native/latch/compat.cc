#include "latch/compat.h"

namespace rtpp {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
/** After a signalled address any RTP source may take the stream over for this long. */
constexpr int64_t kUpdateWindow = 10 * kSecond;
constexpr int64_t kSyncInterval = kSecond;
/** How far ahead of the last known sequence number another source may be. */
constexpr uint16_t kMaxSeqDistance = 536;

void settle(LatchState* state, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  if (state->compat.last_update_ns != 0 && now_ns - state->compat.last_update_ns < kUpdateWindow) return;
  state->compat.has_ssrc = rtp != nullptr;
  if (rtp != nullptr) {
    state->compat.ssrc = rtp->ssrc;
    state->compat.seq = rtp->seq;
    state->compat.sync_ns = now_ns;
  }
  if (rtp != nullptr && rtp->ssrc == 0) {
    notes->not_latched = true;
    state->latched = false;
  } else {
    (state->latched ? notes->relatched : notes->latched) = true;
    state->latched = true;
  }
}

void learn(LatchState* state, const Endpoint& source, int64_t now_ns, LatchNotes* notes) {
  state->compat.untrusted = true;
  latch_send_to(state, source, AddressOrigin::kLearned, now_ns);
  // A late packet from the address that signalling has just replaced must not settle it again.
  if (!(source == state->compat.previous)) state->latched = true;
  notes->filled_in = notes->rtcp_follows = true;
}

bool take_over(LatchState* state, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  if (rtp == nullptr || !state->compat.has_ssrc) return false;
  const bool window = state->compat.last_update_ns != 0 && now_ns - state->compat.last_update_ns <= kUpdateWindow;
  if (!window) {
    const uint16_t distance = static_cast<uint16_t>(rtp->seq - state->compat.seq);
    if (rtp->ssrc != state->compat.ssrc || distance > kMaxSeqDistance) return false;
  }
  notes->moved = true;
  notes->moved_from_seq = state->compat.seq;
  notes->moved_ssrc = state->compat.ssrc;
  state->compat.seq = rtp->seq;
  state->compat.sync_ns = now_ns;
  return true;
}

void sync(LatchState* state, const RtpView* rtp, int64_t now_ns) {
  if (rtp == nullptr || !state->compat.has_ssrc || rtp->ssrc != state->compat.ssrc) return;
  if (now_ns - state->compat.sync_ns < kSyncInterval) return;
  state->compat.seq = rtp->seq;
  state->compat.sync_ns = now_ns;
}

bool accept_symmetric(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  if (packet.source == state->remote) {
    if (!state->latched) settle(state, packet.rtp, packet.now_ns, notes);
    return true;
  }
  if (!state->latched) {
    settle(state, packet.rtp, packet.now_ns, notes);
  } else if (!take_over(state, packet.rtp, packet.now_ns, notes)) {
    return false;
  }
  learn(state, packet.source, packet.now_ns, notes);
  return true;
}

bool ignore(LatchState* state, const Endpoint& source, IgnoreReason reason) {
  state->ignored = source;
  state->ignore_reason = reason;
  return false;
}

}  // namespace

bool compat_signal(LatchState* state, const Endpoint& peer, int64_t now_ns) {
  if (!state->remote.empty()) state->compat.last_update_ns = now_ns;
  if (state->compat.untrusted || state->remote == peer) return false;
  if (!state->remote.empty() && state->latched) state->compat.previous = state->remote;
  latch_send_to(state, peer, AddressOrigin::kSignalled, now_ns);
  return true;
}

void compat_set_asymmetric(LatchState* state, bool asymmetric) {
  state->asymmetric = asymmetric;
  if (asymmetric) state->latched = true;
}

bool compat_packet(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  if (state->remote.empty()) {
    learn(state, packet.source, packet.now_ns, notes);
  } else if (state->asymmetric) {
    if (!packet.source.same_host(state->remote)) return ignore(state, packet.source, IgnoreReason::kOtherHost);
  } else if (!accept_symmetric(state, packet, notes)) {
    return ignore(state, packet.source, IgnoreReason::kSettled);
  }
  sync(state, packet.rtp, packet.now_ns);
  return true;
}

void compat_ssrc_changed(LatchState* state, const RtpView& rtp, int64_t now_ns, LatchNotes* notes) {
  if (!state->asymmetric) settle(state, &rtp, now_ns, notes);
}

bool compat_follow(LatchState* rtcp, const LatchState& rtp) {
  Endpoint source = rtp.remote;
  if (source.port == 65535) return false;
  if (!rtcp->remote.empty() && rtcp->remote.same_host(source)) return false;
  ++source.port;
  latch_send_to(rtcp, source, AddressOrigin::kLearned, rtp.remote_ns);
  // In symmetric mode the first RTCP packet may still correct the guess.
  rtcp->latched = rtcp->asymmetric;
  return true;
}

}  // namespace rtpp
