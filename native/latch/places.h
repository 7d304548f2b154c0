#pragma once

#include "latch/latch.h"

namespace rtpp {

/** The place of the source; a new one takes that of the weakest when there is none left. */
LatchCandidate* place_for(GuardedLatch* guard, const Endpoint& source, int64_t now_ns);

/** Frees the place; pointers to others are not valid any more. */
void forget(GuardedLatch* guard, LatchCandidate* candidate);

/**
 * A source that does not go on from the holder is about to take the leg. `in_silence`: former holders, and other paths
 * of the holder's stream, may come back; otherwise only those for whom as much speaks as for the winner. When it is a
 * former holder itself, those who came after it may not.
 */
void begin_anew(const GuardedLatch& guard, const LatchCandidate& winner, bool in_silence);

}  // namespace rtpp
