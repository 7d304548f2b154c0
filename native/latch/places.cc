#include "latch/places.h"

#include "latch/judge.h"

namespace rtpp {
namespace {

constexpr int64_t kMs = 1'000'000;

/** How much of a loss it is when the candidate makes place for another source. */
int worth(const GuardedLatch& guard, const LatchCandidate& it, const Endpoint& source) {
  const bool path = it.near > 0;
  const bool single = it.run <= 1 && !it.former && !path;
  const bool neighbour = it.source.same_host(source);
  // A spray from one host takes one place.
  if (single && neighbour) return 0;
  const int evidence = (pointed_to(guard, it.source) ? 4 : 0) + (it.former ? 2 : 0) + (path ? 1 : 0);
  return 1 + 3 * evidence + (single ? 0 : neighbour ? 1 : 2);
}

/** Which of two candidates makes place for another source: otherwise the one with fewer packets. */
bool weaker(const GuardedLatch& guard, const LatchCandidate& a, const LatchCandidate& b, const Endpoint& source) {
  const int lost = worth(guard, a, source) - worth(guard, b, source);
  if (lost != 0) return lost < 0;
  if (a.former) return a.last_ns < b.last_ns;
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
  for (LatchCandidate& place : candidates(*guard)) {
    if (place.source == source) return &place;
    const bool forgotten = now_ns - place.last_ns > kForgetMs * kMs;
    if (forgotten) place.run = 0;
    if (stranger && !forgotten && place.source.same_host(source)) {
      fresh.beside |= place.beside || guard->heard_ns > place.alone_since_ns;
    }
    if (victim == nullptr || weaker(*guard, place, *victim, source)) victim = &place;
  }
  if (guard->candidate_count < places.size()) victim = &places[guard->candidate_count++];
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
    if (in_silence && it.near >= kInARow) {
      it.former = true;
      it.former_found = guard.found;
    } else if (!in_silence && (winner.former || its == Claim::kNothing || its < claim)) {
      it.former = it.former_found = false;
    }
    it.near = 0;
  }
}

}  // namespace rtpp
