#include "latch/places.h"

#include "latch/judge.h"

namespace rtpp {
namespace {

constexpr int64_t kMs = 1'000'000;

/** What speaks for the candidate besides the packets that it has sent so far. */
int worth(const GuardedLatch& guard, const LatchCandidate& it) {
  if (pointed_to(guard, it.source)) return 2;
  return it.former || it.near > 0 ? 1 : 0;
}

/** Which of two candidates makes place for another source: of the same host if it can be, otherwise with fewer packets.
 */
bool weaker(const GuardedLatch& guard, const LatchCandidate& a, const LatchCandidate& b, const Endpoint& source) {
  if (worth(guard, a) != worth(guard, b)) return worth(guard, a) < worth(guard, b);
  if (a.source.same_host(source) != b.source.same_host(source)) return a.source.same_host(source);
  return a.run != b.run ? a.run < b.run : a.last_ns < b.last_ns;
}

}  // namespace

LatchCandidate* place_for(GuardedLatch* guard, const Endpoint& source, int64_t now_ns) {
  LatchCandidates& places = *guard->candidates;
  LatchCandidate* victim = nullptr;
  const LatchCandidate* neighbour = nullptr;
  for (LatchCandidate& place : candidates(*guard)) {
    if (place.source == source) return &place;
    const bool forgotten = now_ns - place.last_ns > kForgetMs * kMs;
    if (forgotten) place.run = 0;
    if (!forgotten && place.source.same_host(source)) neighbour = &place;
    if (victim == nullptr || weaker(*guard, place, *victim, source)) victim = &place;
  }
  const bool full = guard->candidate_count == places.size();
  // A stranger who sends beside the holder does so from whatever port.
  const bool stranger = !pointed_to(*guard, source) && !source.same_host(guard->holder);
  const bool beside =
      neighbour != nullptr && stranger && (neighbour->beside || guard->heard_ns > neighbour->alone_since_ns);
  if (!full) victim = &places[guard->candidate_count++];
  *victim = LatchCandidate{};
  victim->source = source;
  victim->beside = beside;
  return victim;
}

void forget(GuardedLatch* guard, LatchCandidate* candidate) {
  *candidate = (*guard->candidates)[--guard->candidate_count];
}

void begin_anew(const GuardedLatch& guard) {
  for (LatchCandidate& candidate : candidates(guard)) {
    candidate.near = 0;
    candidate.former = candidate.former_found = false;
  }
}

}  // namespace rtpp
