#pragma once

#include <cstdint>

#include "engine/latch.h"

namespace rtpp {

/** What a candidate has to do. */
struct Probation {
  /** Only packets after this moment (monotonic ns) count. */
  int64_t since_ns;
  /** Nanoseconds from the first packet that counts to the one that passes, at least. */
  int64_t wait_ns;
};

/** Counts a packet of somebody without a right to the stream; true when the source has passed. */
bool on_probation(LatchGuard* guard, const Probation& probation, const Endpoint& source, const RtpView* rtp,
                  int64_t now_ns);

}  // namespace rtpp
