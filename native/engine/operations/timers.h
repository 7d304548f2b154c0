#pragma once

#include <cstdint>

namespace rtpp {

struct Session;
struct WorkerParts;

/** In place of a leg: both of them. */
inline constexpr uint8_t kBothLegs = 2;

}  // namespace rtpp

namespace rtpp::op {

/** The timer of a leg, or of kBothLegs, is so long and starts again. */
struct SetTtl {
  uint8_t leg;
  int32_t seconds;
  void apply(WorkerParts* worker, Session* session) const;
};

/** Both timers start again. */
struct Restart {
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
