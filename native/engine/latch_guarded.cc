#include "engine/latch_guarded.h"

#include <algorithm>

#include "engine/latch_probation.h"

namespace rtpp {
namespace {

constexpr int64_t kMs = 1'000'000;
/** The settled source is taken for alive for so long after a packet. */
constexpr int64_t kAlive = 200 * kMs;
/** After so long another port of the same host may go on with another SSRC. */
constexpr int64_t kGone = 2000 * kMs;
/** The same for RTCP, which has no sequence numbers and comes every 5 s. */
constexpr int64_t kRtcpGone = 15'000 * kMs;
/** For how long a change of the signalled address lets the source before it only be heard. */
constexpr int64_t kChange = 2000 * kMs;
/** How long the peer may take to send from a signalled address that can be its own. */
constexpr int64_t kWaitForNetwork = 500 * kMs;
constexpr int64_t kWaitForOther = 2000 * kMs;
/** Ahead of the last known sequence number, and more for each ms of silence: a hundred packets a second. */
constexpr int64_t kMaxSeqDistance = 536;
constexpr int64_t kMsPerPacket = 10;
constexpr int64_t kMaxAhead = 0x7fff;

struct Arrival {
  const Endpoint& source;
  const RtpView* rtp;
  int64_t now_ns;
};

Rank rank_of(const LatchState& state, const Endpoint& source) {
  const LatchGuard& guard = state.guard;
  const Rank rank = rank_towards(guard.signalled, source);
  if (rank <= Rank::kHost) return rank;
  if (guard.companion.same_host(source)) return Rank::kHost;
  // Another private address of a phone behind the NAT that it was behind before.
  const bool same_nat = !state.latched && state.previous.same_host(source) && unreachable(guard.signalled, source);
  return same_nat ? Rank::kHost : rank;
}

/** The source that counts was heard; its latest packet is the key to the stream. */
void hear(LatchState* state, const Arrival& packet) {
  state->guard.heard_ns = packet.now_ns;
  if (packet.rtp == nullptr) return;
  state->ssrc = packet.rtp->ssrc;
  state->seq = packet.rtp->seq;
  state->has_ssrc = true;
}

void unsettle(LatchState* state) {
  state->latched = false;
  state->guard.rank = Rank::kNone;
  state->guard.stranger_noted = false;
  state->guard.candidate_count = 0;
}

bool settle(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  (state->latched ? notes->relatched : notes->latched) = true;
  notes->filled_in = !(state->remote == packet.source);
  unsettle(state);
  state->latched = true;
  state->remote = packet.source;
  state->previous = Endpoint{};
  state->guard.rank = rank_of(*state, packet.source);
  state->has_ssrc = false;
  hear(state, packet);
  return true;
}

/** The stream goes on from another source. */
bool move(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  notes->moved_from_seq = state->seq;
  settle(state, packet, notes);
  notes->moved = true;
  notes->relatched = false;
  return true;
}

/** A phone that can have the signalled address is given some time to send from there. */
int64_t time_for_better(const LatchState& state, const Endpoint& source, Rank rank) {
  if (unreachable(state.guard.signalled, source)) return 0;
  return rank == Rank::kNetwork ? kWaitForNetwork : kWaitForOther;
}

bool goes_on(const LatchState& state, const Arrival& packet, int64_t silence_ns) {
  if (packet.rtp == nullptr || !state.has_ssrc || packet.rtp->ssrc != state.ssrc) return false;
  const int64_t distance = static_cast<uint16_t>(packet.rtp->seq - state.seq);
  return distance <= std::min(kMaxAhead, kMaxSeqDistance + silence_ns / kMs / kMsPerPacket);
}

/** The settled source is as good as this one: it must have fallen silent, and this one must go on with its stream. */
bool succeed(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  const int64_t silence = packet.now_ns - state->guard.heard_ns;
  const bool same_host = packet.source.same_host(state->remote);
  if (state->rtcp) return same_host && silence >= kRtcpGone && settle(state, packet, notes);
  // Whoever sends while the settled source does is somebody else.
  const auto passed = [&] {
    return on_probation(&state->guard, {state->guard.heard_ns, 0}, packet.source, packet.rtp, packet.now_ns);
  };
  if (goes_on(*state, packet, silence)) {
    return (same_host || passed()) && silence >= kAlive && move(state, packet, notes);
  }
  if (!same_host) return false;
  if (!state->has_ssrc) return silence >= kAlive && settle(state, packet, notes);
  return passed() && silence >= kGone && settle(state, packet, notes);
}

/** Nobody is settled, or somebody of a worse rank. */
bool claim(LatchState* state, const Arrival& packet, Rank rank, LatchNotes* notes) {
  if (rank <= Rank::kHost) return settle(state, packet, notes);
  // RTCP is too rare to be judged by itself: it comes from the host that RTP comes from.
  if (state->rtcp) return false;
  const LatchGuard& guard = state->guard;
  const bool after_other = !state->latched && !state->previous.empty();
  const Probation probation{after_other ? guard.heard_ns : 0, time_for_better(*state, packet.source, rank)};
  if (!on_probation(&state->guard, probation, packet.source, packet.rtp, packet.now_ns)) return false;
  if (after_other && packet.now_ns - guard.heard_ns < kAlive) return false;
  return settle(state, packet, notes);
}

/** Signalling has given another address, and this is where the peer was before. */
bool previous_source(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  // It is still there after that time, and nobody has come to take its place.
  if (packet.now_ns - state->guard.changed_ns >= kChange) return settle(state, packet, notes);
  hear(state, packet);
  return true;
}

bool refuse(LatchState* state, LatchNotes* notes) {
  const bool settled = state->latched || (state->asymmetric && !state->remote.empty());
  notes->stranger = settled && !state->guard.stranger_noted;
  if (notes->stranger) state->guard.stranger_noted = true;
  return false;
}

}  // namespace

bool guarded_signal(LatchState* state, const Endpoint& peer, int64_t now_ns) {
  LatchGuard& guard = state->guard;
  if (guard.signalled == peer) return false;
  guard.signalled = peer;
  guard.candidate_count = 0;
  if (!unreachable(peer, guard.companion)) guard.companion = Endpoint{};
  if (state->latched && state->remote == peer) {
    guard.rank = Rank::kExact;
    return false;
  }
  if (state->latched) state->previous = state->remote;
  if (!state->previous.empty()) guard.changed_ns = now_ns;
  unsettle(state);
  // A phone behind NAT is rather where it was than at a private address.
  if (!state->previous.empty() && unreachable(peer, state->previous)) return false;
  const bool changed = !(state->remote == peer);
  state->remote = peer;
  return changed;
}

void guarded_set_asymmetric(LatchState* state, bool asymmetric) {
  if (asymmetric || state->asymmetric) {
    unsettle(state);
    state->previous = Endpoint{};
    if (!state->guard.signalled.empty()) state->remote = state->guard.signalled;
  }
  state->asymmetric = asymmetric;
}

bool guarded_packet(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns, LatchNotes* notes) {
  const Arrival packet{source, rtp, now_ns};
  if (state->latched && source == state->remote) {
    hear(state, packet);
    return true;
  }
  if (state->asymmetric && !state->remote.empty()) return source.same_host(state->remote) || refuse(state, notes);
  const Rank rank = rank_of(*state, source);
  const bool previous = !state->latched && source == state->previous && rank != Rank::kExact;
  const bool accepted = previous                   ? previous_source(state, packet, notes)
                        : rank < state->guard.rank ? claim(state, packet, rank, notes)
                                                   : succeed(state, packet, notes);
  return accepted || refuse(state, notes);
}

bool guarded_follow(LatchState* rtcp, const Endpoint& source) {
  rtcp->guard.companion = source;
  rtcp->previous = Endpoint{};
  // It may have got another port, as RTP has.
  unsettle(rtcp);
  if (source.port == 65535 || (!rtcp->remote.empty() && rtcp->remote.same_host(source))) return false;
  rtcp->remote = source;
  ++rtcp->remote.port;
  return true;
}

}  // namespace rtpp
