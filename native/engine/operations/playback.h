#pragma once

#include <cstdint>

namespace rtpp {
struct LegPlayer;
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** The player plays to the peer of the leg, in place of what is played to it. */
struct Play {
  uint8_t leg;
  /** The worker's from now on; it comes back through the list of ended players. */
  LegPlayer* player;
  void apply(WorkerParts* worker, Session* session) const;
};

/** What is played to the peer of the leg ends. */
struct StopPlay {
  uint8_t leg;
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
