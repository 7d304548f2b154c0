#pragma once

#include "latch/latch.h"

namespace rtpp {

// When the holder of a leg is found, mode `guarded`.

/** There is evidence for the holder now. */
void prove(LatchState* state);

/** A second of nobody else, since the holder's first packet or its last one, proves it. */
bool alone_for_long(const GuardedLatch& guard, int64_t now_ns);

/** The holder's packets prove it. */
bool proven(const GuardedLatch& guard, int64_t now_ns);

/** The holder has been proven by its own packets: nobody for whom less speaks comes back in the midst of them. */
void close_to_lesser(const GuardedLatch& guard);

}  // namespace rtpp
