#include "latch/places.h"

#include <algorithm>
#include <limits>

#include "latch/judge.h"

namespace rtpp {
namespace {

/** A spray from the ports of one host takes no more places. */
constexpr int kMaxSinglePorts = 2;

/** It has sent no second packet, or long after the first. */
bool single(const LatchCandidate& it) { return it.run <= 1; }

/** Another port of the same host has held the leg before it. */
bool heir(const GuardedLatch& guard, const LatchCandidate& it) {
  return std::ranges::any_of(candidates(guard), [&](const LatchCandidate& other) {
    const bool before = other.former < it.former || (other.former == it.former && &other < &it);
    return other.former != 0 && before && other.source.same_host(it.source);
  });
}

/** Another port of the same host has sent one packet, too. */
bool sprays(const GuardedLatch& guard, const LatchCandidate& it) {
  return std::ranges::any_of(candidates(guard), [&](const LatchCandidate& other) {
    return &other != &it && single(other) && other.source.same_host(it.source);
  });
}

/** How much of a loss it is when the candidate makes place for another source. */
int worth(const GuardedLatch& guard, const LatchCandidate& it, int64_t now_ns) {
  const Claim claim = claim_of(guard, it.source);
  const bool former = it.former != 0;
  if (former && !heir(guard, it)) return (was_path(it) ? 7 : 8) + 2 * static_cast<int>(claim);
  if (claim == Claim::kSignalled) return single(it) && !former ? 9 : 11;
  if (claim == Claim::kFoundBefore) return former ? 7 : single(it) ? 5 : 6;
  if (it.near > 0 || former) return 4;
  if (!single(it)) return 3;
  if (!sprays(guard, it)) return 2;
  return now_ns - it.last_ns <= kRunMs * kNsPerMs ? 1 : 0;
}

/** Of those who may come back the last one stays, and the earlier ones before the later: whoever took turns between. */
uint32_t seniority(const GuardedLatch& guard, const LatchCandidate& it) {
  if (it.former == 0) return 0;
  const bool last =
      std::ranges::none_of(candidates(guard), [&](const LatchCandidate& other) { return other.former > it.former; });
  constexpr uint32_t kMost = std::numeric_limits<uint32_t>::max();
  return last ? kMost : kMost - it.former;
}

/** Which of two candidates makes place for another source. */
bool weaker(const GuardedLatch& guard, const LatchCandidate& a, const LatchCandidate& b, const Endpoint& source,
            int64_t now_ns) {
  const int lost = worth(guard, a, now_ns) - worth(guard, b, now_ns);
  if (lost != 0) return lost < 0;
  if (a.former != b.former) return seniority(guard, a) < seniority(guard, b);
  if (a.source.same_host(source) != b.source.same_host(source)) return a.source.same_host(source);
  return a.run != b.run ? a.run < b.run : a.last_ns < b.last_ns;
}

}  // namespace

LatchCandidate* place_for(GuardedLatch* guard, const Endpoint& source, int64_t now_ns) {
  LatchCandidates& places = *guard->candidates;
  LatchCandidate fresh;
  fresh.source = source;
  // A stranger who sends beside the holder does so from whatever port.
  const bool stranger = !pointed_to(*guard, source) && !source.same_host(guard->holder);
  LatchCandidate* victim = nullptr;
  LatchCandidate* spray = nullptr;
  int ports = 0;
  for (LatchCandidate& place : candidates(*guard)) {
    if (place.source == source) return &place;
    const bool forgotten = now_ns - place.last_ns > kForgetMs * kNsPerMs;
    if (forgotten) place.run = 0;
    if (place.source.same_host(source)) {
      fresh.beside |=
          stranger && !forgotten && place.near == 0 && (place.beside || overlap(place, heard_ns(*guard, false)));
      if (single(place) && place.former == 0 && place.near == 0) {
        ++ports;
        if (spray == nullptr || place.last_ns < spray->last_ns) spray = &place;
      }
    }
    if (victim == nullptr || weaker(*guard, place, *victim, source, now_ns)) victim = &place;
  }
  if (ports >= kMaxSinglePorts) {
    victim = spray;
  } else if (guard->candidate_count < places.size()) {
    victim = &places[guard->candidate_count++];
  }
  *victim = fresh;
  return victim;
}

void forget(GuardedLatch* guard, LatchCandidate* candidate) {
  *candidate = (*guard->candidates)[--guard->candidate_count];
}

void begin_anew(const GuardedLatch& guard, const LatchCandidate& winner, bool in_silence) {
  const Claim claim = claim_of(guard, winner.source);
  for (LatchCandidate& it : candidates(guard)) {
    const Claim its = claim_of(guard, it.source);
    const bool path = in_silence && it.near >= kInARow;
    if (path) {
      it.former = former_path(guard.tenures - 1);
      it.former_found = guard.found;
    }
    const bool between = winner.former != 0 && it.former > winner.former;
    const bool over = winner.former == 0 && !in_silence && (its == Claim::kNothing || its < claim);
    if (between || over) {
      it.former = 0;
      it.former_found = false;
    }
    it.near = 0;
  }
}

}  // namespace rtpp
