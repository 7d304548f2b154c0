#pragma once

#include <time.h>

#include <cstdint>

namespace rtpp {

inline int64_t clock_ns(clockid_t clock) {
  timespec now;
  ::clock_gettime(clock, &now);
  return static_cast<int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

/** Monotonic nanoseconds; goes on while the machine is suspended (CLOCK_BOOTTIME, media.md 3.2). */
inline int64_t now_ns() { return clock_ns(CLOCK_BOOTTIME); }

/** Nanoseconds since the Unix epoch. */
inline int64_t wall_ns() { return clock_ns(CLOCK_REALTIME); }

}  // namespace rtpp
