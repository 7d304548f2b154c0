#include "latch/guarded.h"
#include "latch/judge.h"

namespace rtpp {
namespace {

/** RTCP comes every 5 s or so (RFC 3550 6.2): after so long its source is gone. */
constexpr int64_t kGone = 15'000 * kNsPerMs;
/** Two packets of a host that RTP does not come from are so far apart. */
constexpr int64_t kApart = 500 * kNsPerMs;

/** So many packets from other ports of RTP's host without one of the holder's: it has left. */
constexpr uint8_t kEnoughPorts = 2;

/** How much points to a source of RTCP. */
enum class RtcpClaim : uint8_t { kNothing, kSignalled, kRtpHost };

/** It is known where the leg's RTP comes from. */
bool rtp_known(const GuardedLatch& rtp) {
  return !rtp.holder.empty() && (rtp.found || claim_of(rtp, rtp.holder) != Claim::kNothing);
}

RtcpClaim claim_of(const GuardedLatch& guard, const GuardedLatch& rtp, const Endpoint& source) {
  if (rtp_known(rtp) && source.same_host(rtp.holder)) return RtcpClaim::kRtpHost;
  return source.same_host(guard.signalled) ? RtcpClaim::kSignalled : RtcpClaim::kNothing;
}

bool take(LatchState* state, const Arrival& packet, bool found, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  (guard.holder.empty() ? notes->latched : notes->relatched) = true;
  guarded_take(state, packet.source, packet.now_ns, notes);
  guard.found = found;
  guard.packets = guard.run = 0;
  guard.arrived = true;
  return true;
}

/**
 * A source from which RTP does not come sends as RTCP does: a second packet, some time behind the first, and nobody
 * else in between. Whoever sends without a pause is not heard.
 */
bool insists(LatchState* state, const Arrival& packet) {
  GuardedLatch* guard = &state->guard;
  const bool again = guard->packets > 0 && state->ignored == packet.source && guard->heard_ns <= guard->since_ns;
  const bool apart = packet.now_ns - guard->since_ns >= kApart;
  guard->packets = 1;
  guard->since_ns = packet.now_ns;
  return again && apart;
}

/** The holder is the party as long as its RTP goes on, otherwise until it has been silent for long. */
bool holds(const GuardedLatch& guard, const GuardedLatch& rtp, int64_t now_ns) {
  const bool rtp_goes_on = guard.holder.same_host(rtp.holder) && now_ns - rtp.heard_ns < kGone;
  return rtp_goes_on || now_ns - guard.heard_ns < kGone;
}

bool gets_it(LatchState* state, const GuardedLatch& rtp, const Arrival& packet) {
  GuardedLatch* guard = &state->guard;
  const RtcpClaim claim = claim_of(*guard, rtp, packet.source);
  // As long as it is not known where RTP comes from, whoever comes first.
  if (guard->holder.empty()) return claim != RtcpClaim::kNothing || !rtp_known(rtp) || insists(state, packet);
  const RtcpClaim holder = claim_of(*guard, rtp, guard->holder);
  const bool awaited = !guard->arrived && claim == RtcpClaim::kSignalled;
  const bool neighbour = packet.source.same_host(guard->holder);
  if (claim > holder || awaited) return true;
  if (neighbour || (claim == holder && claim != RtcpClaim::kNothing)) {
    if (neighbour || claim == RtcpClaim::kRtpHost) saturate(&guard->run);
    return !guard->found || guard->run >= kEnoughPorts || packet.now_ns - guard->heard_ns >= kGone;
  }
  return !holds(*guard, rtp, packet.now_ns) && insists(state, packet);
}

/** True: media has to go elsewhere for that. */
bool back_to_holder(LatchState* rtcp, int64_t now_ns) {
  if (rtcp->remote == rtcp->guard.holder) return false;
  guarded_send_to(rtcp, rtcp->guard.holder, now_ns);
  return true;
}

}  // namespace

bool guarded_rtcp_packet(LatchState* state, const LatchState& rtp, const Arrival& packet, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  if (state->asymmetric && !state->remote.empty()) {
    return packet.source.same_host(state->remote) ||
           guarded_ignore(state, packet.source, IgnoreReason::kOtherHost, notes);
  }
  if (packet.source == guard.holder) {
    guard.heard_ns = packet.now_ns;
    guard.run = 0;
    if (!(state->remote == packet.source)) guarded_take(state, packet.source, packet.now_ns, notes);
    return true;
  }
  if (gets_it(state, rtp.guard, packet)) return take(state, packet, rtp_known(rtp.guard), notes);
  // Another port of the host that RTP comes from is heard, or of the holder's.
  const bool neighbour = packet.source.same_host(guard.holder);
  if (neighbour || claim_of(guard, rtp.guard, packet.source) == RtcpClaim::kRtpHost) {
    if (neighbour) guard.heard_ns = packet.now_ns;
    return true;
  }
  return guarded_ignore(state, packet.source, IgnoreReason::kRtcpHost, notes);
}

bool guarded_follow(LatchState* rtcp, const LatchState& rtp) {
  GuardedLatch& guard = rtcp->guard;
  const Endpoint& source = rtp.remote;
  // Signalling moves both or none.
  guard.learned = guard.learned || rtp.guard.learned;
  const Endpoint before = guard.home;
  guard.home = source;
  if (guard.holder.same_host(source)) {
    // RTP may have got another port, and then RTCP has too.
    guard.found = guard.found && before == source;
    return (before == source || !rtcp->remote.same_host(source)) && back_to_holder(rtcp, rtp.remote_ns);
  }
  // A host of its own, which RTP does not come from, stays.
  const bool own = !guard.holder.empty() && !guard.holder.same_host(before);
  if (own && before.same_host(source)) return back_to_holder(rtcp, rtp.remote_ns);
  if (own && guard.found) return false;
  guard.holder = Endpoint{};
  if (source.port == 65535 || (!rtcp->remote.empty() && rtcp->remote.same_host(source))) return false;
  Endpoint next = source;
  ++next.port;
  guarded_send_to(rtcp, next, rtp.remote_ns);
  return true;
}

}  // namespace rtpp
