#pragma once

#include <sys/random.h>

#include <cstdint>

#include "base/clock.h"

namespace rtpp {

/** For a hash whose collisions nobody may prepare; the clock's where the kernel has no random numbers yet. */
inline uint64_t random_seed() {
  uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, GRND_NONBLOCK) == static_cast<ssize_t>(sizeof seed)) return seed;
  return static_cast<uint64_t>(now_ns());
}

}  // namespace rtpp
