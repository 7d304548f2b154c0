#pragma once

#include <time.h>

#include <cstdint>

namespace load {

inline constexpr int64_t kSecondNs = 1'000'000'000;

inline int64_t to_ns(const timespec& time) { return int64_t{time.tv_sec} * kSecondNs + time.tv_nsec; }

inline int64_t clock_ns(clockid_t clock) {
  timespec now;
  ::clock_gettime(clock, &now);
  return to_ns(now);
}

/** CLOCK_MONOTONIC, the clock of everything that the generator schedules, stamps and reports. */
inline int64_t now_ns() { return clock_ns(CLOCK_MONOTONIC); }

inline void sleep_until(int64_t ns) {
  const timespec time{static_cast<time_t>(ns / kSecondNs), static_cast<long>(ns % kSecondNs)};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) != 0) {
  }
}

/** What to subtract from CLOCK_REALTIME, which the kernel stamps packets with, to get CLOCK_MONOTONIC. */
inline int64_t wall_offset_ns() {
  constexpr int64_t kExact = 1000;
  int64_t offset = 0;
  int64_t best = INT64_MAX;
  // Another try when the thread was interrupted between the readings, which would move all latencies.
  for (int i = 0; i < 8 && best > kExact; ++i) {
    const int64_t before = now_ns();
    const int64_t wall = clock_ns(CLOCK_REALTIME);
    const int64_t span = now_ns() - before;
    if (span >= best) continue;
    best = span;
    offset = wall - before - span / 2;
  }
  return offset;
}

}  // namespace load
