#pragma once

#include <cstdint>

namespace rtpp {
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** Starts a timer, or both; the engine numbers these operations, so that a timeout that one has overtaken is known. */
struct TimerStart {
  uint32_t number = 0;
};

/** The timer of a leg is so long for good, and starts again. */
struct SetTtl : TimerStart {
  SetTtl(uint8_t leg, int32_t seconds) : leg(leg), seconds(seconds) {}
  uint8_t leg;
  int32_t seconds;
  void apply(WorkerParts* worker, Session* session) const;
};

/** Both timers start again. */
struct Restart : TimerStart {
  void apply(WorkerParts* worker, Session* session) const;
};

/** Packets are processed from now on; both timers start with the length that they have from then on. */
struct Complete : TimerStart {
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
