#pragma once

#include <cstdint>

#include "worlds/play.h"
#include "worlds/world.h"

namespace rtpp::worlds {

/** What happened in a world before some event, and what `guarded` did with it. */
class History {
 public:
  History(const World& world, const Outcomes& guarded) : world_(world), guarded_(guarded) {}

  /** The packet `at` goes on from one of the two last streams of the source that was heard last, lately. */
  bool goes_on_from_heard(size_t at, int64_t lately_ns) const;
  /** Another source was heard in the 0.2 s before the packet `at`, which does not go on from it. */
  bool unrelated(size_t at) const;
  /** How many places RTCP of the leg came from, until and with `at`. */
  size_t rtcp_ports(uint8_t leg, size_t at) const;
  /** How many hosts of the leg's party were heard on the stream. */
  size_t hosts(uint8_t leg, bool rtcp, size_t at) const;
  /** How many packets came from this place. */
  int packets_from(int place, size_t at) const;
  /** How many RTP packets of the leg's party were heard from other places. */
  int heard_from_others(uint8_t leg, uint16_t place, size_t at) const;

 private:
  bool same_stream(const Event& packet, size_t event) const;

  const World& world_;
  const Outcomes& guarded_;
};

}  // namespace rtpp::worlds
