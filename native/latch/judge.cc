#include "latch/judge.h"

#include <algorithm>

#include "latch/reach.h"

namespace rtpp {
namespace {

constexpr int64_t kActive = kSilentMs * kNsPerMs;

bool within(int64_t since_ns, int64_t now_ns, int64_t limit_ms) {
  return since_ns != 0 && now_ns - since_ns <= limit_ms * kNsPerMs;
}

/**
 * Signalling has just named this place. A new port of the holder's own host may be that, if it was not named exactly,
 * when the holder has stopped.
 */
bool awaited(const GuardedLatch& guard, const LatchCandidate& candidate, int64_t now_ns) {
  if (!within(guard.changed_ns, now_ns, kReopenMs) || candidate.last_ns < guard.changed_ns) return false;
  if (!pointed_to(guard, candidate.source)) return false;
  const int64_t silence = now_ns - heard_ns(guard, candidate.near > 0);
  if (candidate.source == guard.signalled) return !guard.arrived || candidate.near > 0 || silence >= kActive;
  // Somebody else was found since.
  if (guard.found && guard.heard_ns >= guard.changed_ns && !pointed_to(guard, guard.holder)) return false;
  if (guard.arrived || (candidate.near > 0 && silence < kActive)) return false;
  return !candidate.source.same_host(guard.holder) || (!candidate.beside && silence >= kLeftMs * kNsPerMs);
}

/** Another source than the candidate was heard since its first packet that counts, with so many packets. */
bool others_heard(const GuardedLatch& guard, const LatchCandidate& candidate, uint8_t packets) {
  const int64_t since = candidate.alone_since_ns;
  if (heard_ns(guard, false) > since) return true;
  return std::ranges::any_of(candidates(guard), [&](const LatchCandidate& other) {
    return &other != &candidate && other.last_ns > since && other.alone >= packets;
  });
}

/**
 * A single packet counts for nothing when a holder that it does not go on from has sent just before it, when signalling
 * has named another place after it, or names the one where the party was found.
 */
bool lone_counts(const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts) {
  if (candidate.alone_since_ns - guard.heard_ns < kActive && candidate.near == 0) return false;
  if ((facts & kPointed) != 0) return true;
  return candidate.last_ns >= guard.changed_ns && !(guard.home_found && guard.home.same_host(guard.signalled));
}

bool enough(const LatchRule& rule, const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts,
            int64_t now_ns) {
  if (rule.counted == Counted::kBurst && candidate.burst < rule.packets) return false;
  const uint8_t packets = rule.counted == Counted::kAlone ? candidate.alone : candidate.run;
  if (packets >= rule.packets) return true;
  const bool second = now_ns - candidate.alone_since_ns >= kLoneMs * kNsPerMs;
  const bool apart = candidate.last_ns - candidate.alone_since_ns >= kRareMs * kNsPerMs;
  const bool rare = rule.rare && candidate.alone >= 2 && (apart || second);
  const bool lone = rule.lone && second && lone_counts(guard, candidate, facts);
  if (!rare && !lone) return false;
  // Strangers do not count against a stream that goes on.
  if ((facts & kGoesOn) != 0) return guard.heard_ns <= candidate.alone_since_ns;
  // Single packets do not count against two.
  return !others_heard(guard, candidate, rare ? 2 : 1);
}

bool concerns(const LatchRule& rule, uint16_t facts) {
  return (facts & rule.needs) == rule.needs && (facts & rule.excludes) == 0;
}

}  // namespace

Claim claim_of(const GuardedLatch& guard, const Endpoint& source) {
  if (source.same_host(guard.signalled)) return Claim::kSignalled;
  return guard.home_found && source.same_host(guard.home) ? Claim::kFoundBefore : Claim::kNothing;
}

bool pointed_to(const GuardedLatch& guard, const Endpoint& source) {
  if (source.same_host(guard.signalled)) return true;
  return claim_of(guard, source) == Claim::kFoundBefore && unreachable(guard.signalled, source);
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
  add(claim > holder && !(guard.returned && claim == Claim::kFoundBefore), kBetter);
  add(holder == Claim::kNothing, kStray);
  add(source.same_host(guard.home), kHome);
  add(source.same_host(guard.holder), kSameHost);
  add(candidate.near >= kInARow, kGoesOn);
  const bool before = candidate.alone_since_ns >= guard.signal_ns;
  add(within(guard.signal_ns, before ? std::min(now_ns, candidate.alone_since_ns) : now_ns, kReopenMs), kReopened);
  add(awaited(guard, candidate, now_ns), kAwaited);
  add(candidate.beside, kBeside);
  add(candidate.former != 0, kFormer);
  add(candidate.former_found, kFormerFound);
  add(claim == Claim::kSignalled, kSignalled);
  const bool early = guard.first && now_ns - guard.since_ns < kEarlyMs * kNsPerMs;
  add(early && claim == Claim::kSignalled && !unreachable(guard.signalled, guard.holder), kEarly);
  return facts;
}

const LatchRule* rule_for(const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts, int64_t now_ns) {
  const int64_t silence = now_ns - heard_ns(guard, (facts & kGoesOn) != 0);
  const auto* rule = std::ranges::find_if(kLatchRules, [&](const LatchRule& it) {
    return concerns(it, facts) && silence >= it.silence_ms * kNsPerMs && enough(it, guard, candidate, facts, now_ns);
  });
  return rule == kLatchRules.end() ? nullptr : rule;
}

int64_t review_ns(const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts, int64_t now_ns) {
  int64_t earliest = std::numeric_limits<int64_t>::max();
  for (const LatchRule& rule : kLatchRules) {
    if (!concerns(rule, facts)) continue;
    const bool waits = rule.lone || (rule.rare && candidate.alone >= 2);
    const bool now = enough(rule, guard, candidate, facts, now_ns);
    if (!now && !waits) continue;
    const int64_t alone_ns = now ? now_ns : candidate.alone_since_ns + kLoneMs * kNsPerMs;
    earliest =
        std::min(earliest, std::max(alone_ns, heard_ns(guard, (facts & kGoesOn) != 0) + rule.silence_ms * kNsPerMs));
  }
  return earliest;
}

}  // namespace rtpp
