#pragma once

#include <algorithm>
#include <span>

#include "latch/latch.h"

namespace rtpp {

// What is known of a source in mode `guarded`, and which rule gives it the leg. Nothing is changed here.

/** How much points to a source. */
enum class Claim : uint8_t { kNothing, kFoundBefore, kSignalled };

Claim claim_of(const GuardedLatch& guard, const Endpoint& source);

/** The source is a port of the signalled host, or of the party's known public one where the signalled is private. */
bool pointed_to(const GuardedLatch& guard, const Endpoint& source);

/** When the holder was heard last; a second path of its stream is the holder, for everybody but such a `path`. */
inline int64_t heard_ns(const GuardedLatch& guard, bool path) {
  return path ? guard.heard_ns : std::max(guard.heard_ns, guard.path_ns);
}

/** Those that there are; RTCP streams have none. */
inline std::span<LatchCandidate> candidates(const GuardedLatch& guard) {
  if (guard.candidate_count == 0) return {};
  return {guard.candidates->data(), guard.candidate_count};
}

/** A sum of LatchFact. */
uint16_t facts_about(const GuardedLatch& guard, const LatchCandidate& candidate, int64_t now_ns);

/** The first rule that gives the candidate the leg; null if none does. */
const LatchRule* rule_for(const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts, int64_t now_ns);

/** When the packets that the candidate has sent can be enough if nobody else is heard; the far future: never. */
int64_t review_ns(const GuardedLatch& guard, const LatchCandidate& candidate, uint16_t facts, int64_t now_ns);

}  // namespace rtpp
