#include "latch/guarded.h"

#include <algorithm>
#include <span>

#include "latch/reach.h"

namespace rtpp {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kActive = kSilentMs * kMs;
/** Packets in a row that prove a holder to whom signalling points. */
constexpr uint8_t kEnoughPointed = 3;
/** How many ignored sources of one stream are reported. */
constexpr uint8_t kMaxReported = 8;

/** How much points to a source. */
enum class Claim : uint8_t { kNothing, kFoundBefore, kSignalled };

Claim claim_of(const GuardedLatch& guard, const Endpoint& source) {
  if (source.same_host(guard.signalled)) return Claim::kSignalled;
  return guard.home_found && source.same_host(guard.home) ? Claim::kFoundBefore : Claim::kNothing;
}

bool pointed_to(const GuardedLatch& guard, const Endpoint& source) {
  if (source.same_host(guard.signalled)) return true;
  return claim_of(guard, source) == Claim::kFoundBefore && unreachable(guard.signalled, source);
}

bool within(int64_t since_ns, int64_t now_ns, int64_t limit_ms) {
  return since_ns != 0 && now_ns - since_ns <= limit_ms * kMs;
}

std::span<LatchCandidate> candidates(const GuardedLatch& guard) {
  return {guard.candidates->data(), guard.candidate_count};
}

/** Another source than the candidate was heard since its first packet that counts. */
bool others_heard(const GuardedLatch& guard, const LatchCandidate& candidate) {
  const int64_t since = candidate.alone_since_ns;
  if (guard.heard_ns > since) return true;
  return std::ranges::any_of(
      candidates(guard), [&](const LatchCandidate& other) { return &other != &candidate && other.last_ns > since; });
}

/**
 * Signalling has just named this place. A new port of the holder's own host may be that, if it was not named exactly,
 * when the holder has stopped.
 */
bool awaited(const GuardedLatch& guard, const LatchCandidate& candidate, int64_t now_ns) {
  if (!within(guard.changed_ns, now_ns, kReopenMs) || !pointed_to(guard, candidate.source)) return false;
  const int64_t silence = now_ns - guard.heard_ns;
  if (candidate.source == guard.signalled) return !guard.arrived || candidate.near > 0 || silence >= kActive;
  if (guard.arrived || (candidate.near > 0 && silence < kActive)) return false;
  return !candidate.source.same_host(guard.holder) || (!candidate.beside && silence >= kLeftMs * kMs);
}

uint16_t facts_about(const GuardedLatch& guard, const LatchCandidate& candidate, int64_t now_ns) {
  const Endpoint& source = candidate.source;
  const Claim claim = claim_of(guard, source);
  const Claim holder = claim_of(guard, guard.holder);
  uint16_t facts = 0;
  const auto add = [&facts](bool holds, LatchFact fact) { facts |= holds ? fact : 0; };
  add(guard.holder.empty(), kNobody);
  add(!guard.found, kUnproven);
  add(pointed_to(guard, source), kPointed);
  add(claim > holder, kBetter);
  add(holder == Claim::kNothing, kHolderStray);
  add(source.same_host(guard.home), kHome);
  add(source.same_host(guard.holder), kSameHost);
  add(candidate.near > 0, kNear);
  add(candidate.near >= kInARow, kGoesOn);
  add(within(guard.signal_ns, std::min(now_ns, std::max(candidate.alone_since_ns, guard.signal_ns)), kReopenMs),
      kReopened);
  add(awaited(guard, candidate, now_ns), kAwaited);
  add(!guard.arrived && guard.changed_ns != 0 && guard.heard_ns < guard.changed_ns, kLeft);
  add(candidate.beside, kBeside);
  add(candidate.former, kFormer);
  add(!guard.pointed_heard && claim == Claim::kSignalled && now_ns - guard.since_ns < kEarlyMs * kMs, kEarly);
  return facts;
}

bool enough(const LatchRule& rule, const GuardedLatch& guard, const LatchCandidate& candidate, int64_t now_ns) {
  const bool run = rule.counted == Counted::kRun;
  const int64_t since = run ? candidate.run_since_ns : candidate.alone_since_ns;
  if ((run ? candidate.run : candidate.alone) >= rule.packets && now_ns - since >= rule.span_ms * kMs) return true;
  const bool second = now_ns - candidate.alone_since_ns >= kLoneMs * kMs;
  const bool apart = candidate.last_ns - candidate.alone_since_ns >= kRareMs * kMs;
  const bool rare = rule.rare && candidate.alone >= 2 && (apart || second);
  return (rare || (rule.lone && second)) && !others_heard(guard, candidate);
}

bool concerns(const LatchRule& rule, uint16_t facts) {
  return (facts & rule.needs) == rule.needs && (facts & rule.excludes) == 0;
}

/** The first rule that gives the candidate the leg; null if none does. */
const LatchRule* rule_for(const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts, int64_t now_ns) {
  const int64_t silence = now_ns - guard.heard_ns;
  for (const LatchRule& rule : kLatchRules) {
    if (!concerns(rule, facts) || silence < rule.silence_ms * kMs) continue;
    if (enough(rule, guard, candidate, now_ns)) return &rule;
  }
  return nullptr;
}

/** The next moment at which the packets that the candidate has sent can be enough. */
void plan_review(GuardedLatch* guard, const LatchCandidate& candidate, uint16_t facts) {
  const bool waits = std::ranges::any_of(kLatchRules, [&](const LatchRule& rule) {
    return (rule.lone || (rule.rare && candidate.alone >= 2)) && concerns(rule, facts);
  });
  if (waits) guard->review_ns = std::min(guard->review_ns, candidate.alone_since_ns + kLoneMs * kMs);
}

/** What a candidate is worth when there is no place for another one. */
bool weaker(const GuardedLatch& guard, const LatchCandidate& a, const LatchCandidate& b) {
  const bool worth_a = a.former || pointed_to(guard, a.source);
  const bool worth_b = b.former || pointed_to(guard, b.source);
  if (worth_a != worth_b) return worth_b;
  return a.run != b.run ? a.run < b.run : a.last_ns < b.last_ns;
}

/** The place of the source; a new one takes that of another port of its host, otherwise of the weakest. */
LatchCandidate* place_for(GuardedLatch* guard, const Endpoint& source, int64_t now_ns) {
  LatchCandidates& places = *guard->candidates;
  LatchCandidate* victim = nullptr;
  bool same_host = false;
  for (LatchCandidate& place : candidates(*guard)) {
    if (place.source == source) return &place;
    if (now_ns - place.last_ns > kForgetMs * kMs) place.run = 0;
    const bool same = place.source.same_host(source);
    if (victim == nullptr || same > same_host || (same == same_host && weaker(*guard, place, *victim))) {
      victim = &place;
      same_host = same;
    }
  }
  const bool full = guard->candidate_count == places.size();
  // A host that sends beside the holder does so from whatever port.
  const bool beside = full && same_host && (victim->beside || guard->heard_ns > victim->alone_since_ns);
  if (!full) victim = &places[guard->candidate_count++];
  *victim = LatchCandidate{};
  victim->source = source;
  victim->beside = beside;
  return victim;
}

void forget(GuardedLatch* guard, LatchCandidate* candidate) {
  *candidate = (*guard->candidates)[--guard->candidate_count];
}

/** There is evidence for the holder now. */
void prove(LatchState* state) {
  GuardedLatch& guard = state->guard;
  guard.found = true;
  const Claim claim = claim_of(guard, guard.holder);
  // Who came only because the party was silent has to give the leg back to it.
  if (guard.home_found && claim == Claim::kNothing) return;
  guard.home = guard.holder;
  guard.home_found = true;
}

bool proven(const GuardedLatch& guard, int64_t now_ns) {
  const uint8_t packets = claim_of(guard, guard.holder) == Claim::kNothing ? kEnough : kEnoughPointed;
  if (guard.run >= packets) return true;
  const bool alone =
      std::ranges::none_of(candidates(guard), [&](const LatchCandidate& it) { return it.last_ns > guard.since_ns; });
  return alone && guard.packets >= 2 && now_ns - guard.since_ns >= kRareMs * kMs;
}

/** The holder sends. */
void hear(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  if (!guard.found) {
    saturate(&guard.packets);
    if (packet.now_ns - guard.heard_ns > kRunMs * kMs) guard.run = 0;
    saturate(&guard.run);
    if (proven(guard, packet.now_ns)) prove(state);
  }
  guard.heard_ns = packet.now_ns;
  if (packet.rtp != nullptr) guard.keys.note(*packet.rtp);
  if (state->remote == packet.source) return;
  // Signalling named another address, or there was somebody else: it is still here.
  state->remote = packet.source;
  guard.learned = true;
  notes->filled_in = notes->rtcp_follows = true;
}

/** The holder until now becomes a candidate: a path that its stream still takes, or one who was only silent. */
void keep(GuardedLatch* guard, const Endpoint& source, int64_t heard_ns, uint8_t near) {
  LatchCandidate* candidate = place_for(guard, source, guard->heard_ns);
  candidate->near = near;
  candidate->former = near == 0;
  candidate->last_ns = heard_ns;
}

/** Another party has the leg: what was known of paths and former holders is over. */
void begin_anew(const GuardedLatch& guard) {
  for (LatchCandidate& candidate : candidates(guard)) {
    candidate.near = 0;
    candidate.former = false;
  }
}

/** The candidate holds the leg now. */
void take(LatchState* state, LatchCandidate* candidate, const LatchRule& rule, int64_t now_ns, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  const LatchCandidate winner = *candidate;
  const bool first = guard.holder.empty();
  if (!first) forget(&guard, candidate);
  const bool goes_on = winner.near > 0 && !guard.keys.empty();
  notes->rule = static_cast<uint8_t>(&rule - kLatchRules.data());
  notes->taken = !first;
  notes->evidence_packets = std::max(winner.run, winner.alone);
  notes->evidence_ms = static_cast<uint32_t>((now_ns - std::min(winner.run_since_ns, winner.alone_since_ns)) / kMs);
  if (goes_on) {
    const StreamKey& key = guard.keys.known(winner.key.ssrc);
    notes->moved = true;
    notes->moved_from_seq = key.seq;
    notes->moved_ssrc = key.ssrc;
  } else {
    (first ? notes->latched : notes->relatched) = true;
    guard.keys.clear();
    begin_anew(guard);
  }
  if (winner.rtp) {
    RtpView last{};
    last.ssrc = winner.key.ssrc;
    last.seq = winner.key.seq;
    guard.keys.note(last);
  }
  const bool same_party = goes_on && guard.found;
  const uint8_t near = same_party ? kInARow : goes_on ? 1 : 0;
  if (winner.source == guard.signalled || (rule.needs & kAwaited) != 0) guard.arrived = true;
  if (claim_of(guard, winner.source) == Claim::kSignalled) guard.pointed_heard = true;
  const Endpoint before = guard.holder;
  const int64_t heard_before_ns = guard.heard_ns;
  // The first comer was heard before the one that signalling points to, and may come back if that is all it sends.
  if (!guard.found && guard.home.empty() && claim_of(guard, winner.source) == Claim::kSignalled) guard.home = before;
  guarded_take(state, winner.source, winner.last_ns, notes);
  guard.packets = std::max(winner.run, winner.alone);
  guard.run = winner.run;
  guard.since_ns = std::min(winner.run_since_ns, winner.alone_since_ns);
  guard.review_ns = kNever;
  guard.found = false;
  if (same_party) guard.home_found = false;
  if (rule.packets > 1 || rule.lone || same_party) prove(state);
  if (goes_on || rule.silence_ms >= kSilentMs) keep(&guard, before, heard_before_ns, near);
}

bool challenge(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  // A second of nobody else proves the first comer.
  if (!guard.found && !guard.holder.empty() && guard.candidate_count == 0 && guard.home.empty() &&
      packet.now_ns - guard.since_ns >= kLoneMs * kMs) {
    prove(state);
  }
  LatchCandidate first;
  LatchCandidate* candidate = guard.holder.empty() ? &first : place_for(&guard, packet.source, packet.now_ns);
  candidate->source = packet.source;
  const bool near = packet.rtp != nullptr && guard.keys.near(*packet.rtp, packet.now_ns - guard.heard_ns);
  count_packet(candidate, packet, guard.heard_ns, near);
  const uint16_t facts = facts_about(guard, *candidate, packet.now_ns);
  if (const LatchRule* rule = rule_for(guard, *candidate, facts, packet.now_ns)) {
    take(state, candidate, *rule, packet.now_ns, notes);
    return true;
  }
  plan_review(&guard, *candidate, facts);
  // A second path of the holder's stream: heard, but media does not move.
  if ((facts & kGoesOn) != 0) {
    if (packet.rtp != nullptr) guard.keys.note(*packet.rtp);
    guard.learned = true;
    return true;
  }
  // Two sources of which nothing is known: media goes where signalling says until one of them has sent more.
  if ((facts & kNear) == 0 && !guard.found && guard.packets == 1 && (facts & kHolderStray) != 0 &&
      !guard.signalled.empty()) {
    state->remote = guard.signalled;
  }
  const bool active = packet.now_ns - guard.heard_ns < kActive;
  return guarded_refuse(state, packet.source, active ? Refusal::kHolderSends : Refusal::kHolderSilent, notes);
}

}  // namespace

void guarded_take(LatchState* state, const Endpoint& source, int64_t now_ns, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  guard.holder = source;
  guard.heard_ns = guard.since_ns = now_ns;
  notes->rtcp_follows = true;
  if (state->remote == source) return;
  state->remote = source;
  guard.learned = true;
  notes->filled_in = true;
}

bool guarded_refuse(LatchState* state, const Endpoint& source, Refusal refusal, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  if (!(state->ignored == source) && guard.reported < kMaxReported) {
    ++guard.reported;
    notes->ignored = true;
    notes->refusal = refusal;
  }
  state->ignored = source;
  return false;
}

bool guarded_signal(LatchState* state, const Endpoint& peer, int64_t now_ns) {
  GuardedLatch& guard = state->guard;
  if (!state->remote.empty()) guard.signal_ns = now_ns;
  if (guard.signalled == peer) return false;
  if (!guard.signalled.empty()) guard.changed_ns = now_ns;
  guard.signalled = peer;
  guard.arrived = guard.holder == peer;
  // Where the party was found at another address than signalled, media stays.
  if (guard.learned || state->remote == peer) return false;
  state->remote = peer;
  return true;
}

void guarded_set_asymmetric(LatchState* state, bool asymmetric) {
  GuardedLatch& guard = state->guard;
  if (asymmetric || state->asymmetric) {
    guard.holder = guard.home = Endpoint{};
    guard.found = guard.home_found = false;
    guard.keys.clear();
    guard.candidate_count = 0;
    if (!guard.signalled.empty()) state->remote = guard.signalled;
  }
  state->asymmetric = asymmetric;
}

bool guarded_packet(LatchState* state, const Arrival& packet, LatchNotes* notes) {
  if (packet.source == state->guard.holder && !state->asymmetric) {
    hear(state, packet, notes);
    return true;
  }
  if (state->asymmetric && !state->remote.empty()) {
    return packet.source.same_host(state->remote) || guarded_refuse(state, packet.source, Refusal::kOtherHost, notes);
  }
  return challenge(state, packet, notes);
}

bool guarded_review(LatchState* state, int64_t now_ns, LatchNotes* notes) {
  GuardedLatch& guard = state->guard;
  guard.review_ns = kNever;
  for (LatchCandidate& candidate : candidates(guard)) {
    if (others_heard(guard, candidate)) continue;
    const uint16_t facts = facts_about(guard, candidate, now_ns);
    if (const LatchRule* rule = rule_for(guard, candidate, facts, now_ns)) {
      take(state, &candidate, *rule, now_ns, notes);
      return true;
    }
  }
  for (const LatchCandidate& candidate : candidates(guard)) {
    if (now_ns - candidate.alone_since_ns < kLoneMs * kMs) {
      plan_review(&guard, candidate, facts_about(guard, candidate, now_ns));
    }
  }
  return false;
}

}  // namespace rtpp
