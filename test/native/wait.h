#pragma once

#include <time.h>

#include <cstdint>

#include "base/clock.h"

namespace rtpp::test {

inline void sleep_ms(int ms) {
  const timespec pause{ms / 1000, (ms % 1000) * 1'000'000};
  ::nanosleep(&pause, nullptr);
}

/** Waits for a condition that nothing announces; false when it does not come true within `ms`. */
template <typename Condition>
bool eventually(Condition condition, int ms = 5000) {
  const int64_t end = now_ns() + int64_t{ms} * 1'000'000;
  while (!condition()) {
    if (now_ns() > end) return false;
    sleep_ms(1);
  }
  return true;
}

}  // namespace rtpp::test
