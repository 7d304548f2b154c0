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

/** What to add to `now_ns` to get `wall_ns`. Of three looks the quickest counts: a thread may lose its processor in
 * between. */
inline int64_t wall_offset_ns() {
  int64_t offset = 0;
  int64_t quickest = INT64_MAX;
  for (int i = 0; i < 3; ++i) {
    const int64_t before = now_ns();
    const int64_t wall = wall_ns();
    const int64_t took = now_ns() - before;
    if (took >= quickest) continue;
    quickest = took;
    offset = wall - before - took / 2;
  }
  return offset;
}

}  // namespace rtpp
