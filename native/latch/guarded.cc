#include "latch/guarded.h"

#include <algorithm>

#include "latch/judge.h"
#include "latch/places.h"
#include "latch/proof.h"

namespace rtpp {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kActive = kSilentMs * kNsPerMs;
/** How many ignored sources of one stream are reported. */
constexpr uint8_t kMaxReported = 8;

/** Packets of the holder's stream come from there, too. */
bool on_a_path(const GuardedLatch& guard, const Endpoint& peer) {
  return std::ranges::any_of(candidates(guard),
                             [&](const LatchCandidate& it) { return it.near >= kInARow && it.source == peer; });
}

/** The holder sends. */
void hear(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  if (!guard.found) {
    const bool by_time = alone_for_long(guard, packet.now_ns);
    saturate(&guard.packets);
    if (packet.now_ns - guard.heard_ns > kRunMs * kNsPerMs) guard.run = 0;
    saturate(&guard.run);
    const bool by_packets = proven(guard, packet.now_ns);
    if (by_time || by_packets) prove(state);
    if (by_packets) close_to_lesser(guard);
  } else if (!guard.home_found) {
    // It was found with a single packet; that it sends more makes its host the party's.
    saturate(&guard.packets);
    prove(state);
  }
  guard.heard_ns = packet.now_ns;
  if (packet.rtp != nullptr) guard.keys.note(*packet.rtp);
  if (state->remote == packet.source) return;
  // Signalling named another address, or there was somebody else: it is still here.
  guarded_send_to(state, packet.source, packet.now_ns);
  guard.learned = guard.learned || !(packet.source == guard.signalled);
  guard.contested = false;
  notes->filled_in = notes->rtcp_follows = true;
}

/** The holder until now becomes a candidate: a path that its stream still takes, or one who was only silent. */
void keep(GuardedLatch* guard, const LatchCandidate& before) {
  LatchCandidate* candidate = place_for(guard, before.source, guard->heard_ns);
  candidate->keys = before.keys;
  candidate->near = before.near;
  candidate->former = before.former;
  candidate->former_found = before.former_found;
  candidate->last_ns = candidate->alone_since_ns = before.last_ns;
  candidate->alone = 1;
}

/** Of those who have sent since the new holder did only the last packet is known to be later. */
void count_anew(const GuardedLatch& guard) {
  for (LatchCandidate& it : candidates(guard)) {
    if (it.alone_since_ns >= guard.heard_ns || it.last_ns <= guard.heard_ns) continue;
    it.beside |= overlap(it, guard.heard_ns);
    it.alone = 1;
    it.alone_since_ns = it.last_ns;
  }
}

/** Why the candidate gets the leg, for the log. */
void explain(const LatchCandidate& winner, const LatchRule& rule, int64_t now_ns, LatchNotes* notes) {
  const int64_t since_ns = std::min(winner.run_since_ns, winner.alone_since_ns);
  notes->rule = static_cast<uint8_t>(&rule - kLatchRules.data());
  notes->evidence_packets = std::max(winner.run, winner.alone);
  notes->evidence_ms = static_cast<uint32_t>((now_ns - since_ns) / kNsPerMs);
}

/** The streams of the leg are those of the winner now; true when they go on from the holder's. */
bool take_streams(GuardedLatch* guard, const LatchCandidate& winner, bool in_silence, LatchNotes* notes) {
  const bool goes_on = winner.near > 0 && !guard->keys.empty();
  if (goes_on) {
    const StreamKey& key = guard->keys.known(winner.keys.last().ssrc);
    notes->moved = true;
    notes->moved_from_seq = key.seq;
    notes->moved_ssrc = key.ssrc;
  } else {
    (guard->holder.empty() ? notes->latched : notes->relatched) = true;
    guard->keys = winner.keys;
    begin_anew(*guard, winner, in_silence);
  }
  if (!winner.keys.empty()) guard->keys.note(winner.keys.last());
  return goes_on;
}

/** How a source got the leg. */
struct Taking {
  const LatchRule& rule;
  /** Its stream goes on from the holder's; and for certain, so that it is the party that was found. */
  bool goes_on;
  bool same_party;

  bool in_silence() const { return rule.silence_ms >= kLeftMs; }
};

/** The holder until now may have to be kept, as a path of the stream or as one who may come back. */
void keep_before(GuardedLatch* guard, LatchCandidate* before, bool was_found, const LatchCandidate& winner,
                 const Taking& how) {
  const bool elsewhere = (how.rule.needs & kAwaited) != 0 && !(winner.source == guard->signalled);
  before->near = how.same_party ? kInARow : how.goes_on ? 1 : 0;
  // Whoever comes back does not leave the way open for the one between.
  const bool known = was_found || !guard->found;
  const bool gives_back = !how.same_party && known && (elsewhere || how.in_silence()) && winner.former == 0;
  before->former = gives_back ? former_holder(guard->tenures - 1) : 0;
  before->former_found = gives_back && was_found && (how.in_silence() || before->source.same_host(guard->home));
  if (how.goes_on || gives_back) keep(guard, *before);
}

/** The candidate, which has no place any more, holds the leg now. */
void take(LatchState* state, const LatchCandidate& winner, const LatchRule& rule, int64_t now_ns, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  LatchCandidate before;
  before.source = guard.holder;
  before.keys = guard.keys;
  before.last_ns = guard.heard_ns;
  const bool was_found = guard.found;
  ++guard.tenures;
  explain(winner, rule, now_ns, notes);
  notes->taken = !before.source.empty();
  Taking how = {rule, false, winner.near >= kInARow && was_found};
  how.goes_on = take_streams(&guard, winner, how.in_silence(), notes);
  if (winner.source == guard.signalled || (rule.needs & kAwaited) != 0) guard.arrived = true;
  guard.first = before.source.empty();
  guard.returned = winner.former != 0 && winner.former < former_holder(guard.home_tenure);
  // The first comer was heard before the one that signalling points to, and may come back if that is all it sends.
  const bool signalled = claim_of(guard, winner.source) == Claim::kSignalled;
  if (!was_found && guard.home.empty() && signalled) guard.home = before.source;
  guarded_take(state, winner.source, winner.last_ns, notes);
  count_anew(guard);
  guard.since_ns = std::min(winner.run_since_ns, winner.alone_since_ns);
  guard.packets = std::max(winner.run, winner.alone);
  guard.run = winner.run;
  guard.path_ns = 0;
  guard.contested = false;
  guard.review_ns = guard.candidate_count > 0 ? now_ns : kNever;
  guard.found = false;
  if (how.same_party && before.source.same_host(guard.home)) guard.home_found = false;
  if (rule.packets > 1 || how.same_party) prove(state);
  keep_before(&guard, &before, was_found, winner, how);
}

/** Who comes first is heard, and gets media, until more is known. */
bool first_comer(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  LatchCandidate first;
  first.source = packet.source;
  count_packet(&first, packet, state->guard.heard_ns, false);
  take(state, first, kLatchRules.front(), packet.now_ns, notes);
  return true;
}

bool challenge(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  const bool returns = packet.source.same_host(guard.home);
  if (!guard.found && !returns && alone_for_long(guard, packet.now_ns)) prove(state);
  LatchCandidate* candidate = place_for(&guard, packet.source, packet.now_ns);
  const bool near = packet.rtp != nullptr && guard.keys.near(*packet.rtp, packet.now_ns - guard.heard_ns);
  count_packet(candidate, packet, heard_ns(guard, candidate->near > 0), near);
  const uint16_t facts = facts_about(guard, *candidate, packet.now_ns);
  if (const LatchRule* rule = rule_for(guard, *candidate, facts, packet.now_ns)) {
    const LatchCandidate winner = *candidate;
    forget(&guard, candidate);
    take(state, winner, *rule, packet.now_ns, notes);
    return true;
  }
  guard.review_ns = std::min(guard.review_ns, review_ns(guard, *candidate, facts, packet.now_ns));
  // A second path of the holder's stream: heard, but media does not move.
  if ((facts & kGoesOn) != 0) {
    if (packet.rtp != nullptr) guard.keys.note(*packet.rtp);
    guard.path_ns = packet.now_ns;
    guard.learned = guard.learned || !(packet.source == guard.signalled);
    return true;
  }
  // Two sources of which nothing is known: media goes where signalling says until one of them has sent more.
  const bool unknown = !guard.found && !guard.home_found && guard.packets == 1;
  if (candidate->near == 0 && unknown && (facts & kStray) != 0 && !guard.signalled.empty()) {
    guarded_send_to(state, guard.signalled, packet.now_ns);
    guard.contested = true;
    guard.review_ns = std::min(guard.review_ns, packet.now_ns + kLoneMs * kNsPerMs);
  }
  const bool active = packet.now_ns - guard.heard_ns < kActive;
  return guarded_ignore(state, packet.source, active ? IgnoreReason::kHolderSends : IgnoreReason::kHolderSilent, notes);
}

/** When the packet came: packets that were received at once have one time, and are some ns apart here. */
int64_t in_turn(GuardedLatch* guard, int64_t now_ns) {
  const uint16_t at = static_cast<uint16_t>(now_ns);
  guard->ties = at == guard->ties_at ? static_cast<uint8_t>(guard->ties + (guard->ties < 250 ? 1 : 0)) : 0;
  guard->ties_at = at;
  return now_ns + guard->ties;
}

}  // namespace

void guarded_take(LatchState* state, const Endpoint& source, int64_t now_ns, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  guard.holder = source;
  guard.heard_ns = guard.since_ns = now_ns;
  notes->rtcp_follows = true;
  if (state->ignored == source) {
    state->ignored = Endpoint{};
    state->ignore_reason = IgnoreReason::kNone;
  }
  if (state->remote == source) return;
  guarded_send_to(state, source, now_ns);
  guard.learned = guard.learned || !(source == guard.signalled);
  notes->filled_in = true;
}

void guarded_send_to(LatchState* state, const Endpoint& address, int64_t now_ns) {
  const bool signalled = address == state->guard.signalled;
  latch_send_to(state, address, signalled ? AddressOrigin::kSignalled : AddressOrigin::kLearned, now_ns);
}

bool guarded_ignore(LatchState* state, const Endpoint& source, IgnoreReason reason, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  if (!(state->ignored == source) && guard.reported < kMaxReported) {
    ++guard.reported;
    notes->ignored = true;
    notes->reason = reason;
  }
  state->ignored = source;
  state->ignore_reason = reason;
  return false;
}

bool guarded_signal(LatchState* state, const Endpoint& peer, int64_t now_ns) {
  GuardedLatch& guard = state->guard;
  if (!state->remote.empty()) guard.signal_ns = now_ns;
  // It may say enough for somebody who has sent already.
  if (guard.candidate_count > 0) guard.review_ns = now_ns;
  if (guard.signalled == peer) return false;
  if (!guard.signalled.empty()) guard.changed_ns = now_ns;
  guard.signalled = peer;
  const bool back = guard.holder == peer;
  guard.arrived = back || on_a_path(guard, peer);
  // Where the party was found at another address than signalled, media stays; it is never sent there in vain.
  if (state->remote == peer || (guard.learned && !back)) return false;
  guarded_send_to(state, peer, now_ns);
  return true;
}

void guarded_set_asymmetric(LatchState* state, bool asymmetric, int64_t now_ns) {
  GuardedLatch& guard = state->guard;
  if (asymmetric || state->asymmetric) {
    guard.holder = guard.home = Endpoint{};
    guard.found = guard.home_found = guard.contested = guard.first = guard.returned = false;
    guard.review_ns = kNever;
    guard.path_ns = 0;
    guard.keys.clear();
    guard.candidate_count = 0;
    if (!guard.signalled.empty()) guarded_send_to(state, guard.signalled, now_ns);
  }
  state->asymmetric = asymmetric;
}

bool guarded_packet(LatchState* state, const Arrival& arrival, LatchNotes* notes) {
  const Arrival packet = {arrival.source, arrival.rtp, in_turn(&state->guard, arrival.now_ns)};
  if (packet.source == state->guard.holder && !state->asymmetric) {
    hear(state, packet, notes);
    return true;
  }
  if (state->asymmetric && !state->remote.empty()) {
    return packet.source.same_host(state->remote) ||
           guarded_ignore(state, packet.source, IgnoreReason::kOtherHost, notes);
  }
  return state->guard.holder.empty() ? first_comer(state, packet, notes) : challenge(state, packet, notes);
}

bool guarded_review(LatchState* state, int64_t now_ns, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  guard.review_ns = kNever;
  LatchCandidate* latest = nullptr;
  const LatchRule* reason = nullptr;
  for (LatchCandidate& candidate : candidates(guard)) {
    if (heard_ns(guard, candidate.near > 0) > candidate.alone_since_ns) continue;
    const LatchRule* rule = rule_for(guard, candidate, facts_about(guard, candidate, now_ns), now_ns);
    if (rule == nullptr || (latest != nullptr && candidate.last_ns < latest->last_ns)) continue;
    latest = &candidate;
    reason = rule;
  }
  if (latest != nullptr) {
    const LatchCandidate winner = *latest;
    forget(&guard, latest);
    take(state, winner, *reason, now_ns, notes);
    return true;
  }
  for (const LatchCandidate& candidate : candidates(guard)) {
    const int64_t next = review_ns(guard, candidate, facts_about(guard, candidate, now_ns), now_ns);
    if (next > now_ns) guard.review_ns = std::min(guard.review_ns, next);
  }
  // A second on neither has sent more: then the one that came first.
  if (!guard.contested || guard.found) return false;
  guard.contested = false;
  guarded_send_to(state, guard.holder, now_ns);
  notes->filled_in = notes->rtcp_follows = true;
  return true;
}

}  // namespace rtpp
