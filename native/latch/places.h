#pragma once

#include "latch/latch.h"

namespace rtpp {

/** The place of the source; a new one takes that of the weakest when there is none left. */
LatchCandidate* place_for(GuardedLatch* guard, const Endpoint& source, int64_t now_ns);

/** Frees the place; pointers to others are not valid any more. */
void forget(GuardedLatch* guard, LatchCandidate* candidate);

/** Another party has the leg: what was known of paths and former holders is over. */
void begin_anew(const GuardedLatch& guard);

}  // namespace rtpp
