#pragma once

#include <cstdint>

namespace rtpp {

struct Leg;
class Resizer;
struct Session;
struct WorkerParts;

/** Worker thread: packets of the leg are sent on as they are; what waits for the rest of a packet is thrown away. */
void stop_resizing(WorkerParts* worker, Leg* leg);

}  // namespace rtpp

namespace rtpp::op {

/** RTP packets received on the leg are made `ptime_ms` long. */
struct SetResizer {
  uint8_t leg;
  int32_t ptime_ms;
  /** Null: they are sent on as they are. */
  Resizer* resizer;
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
