#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "latch/latch.h"
#include "worlds/world.h"

namespace rtpp::worlds {

enum class Mode : uint8_t { kCompat, kGuarded };

/** A source of a leg got that leg. */
struct Taking {
  const char* rule;
  uint8_t leg;
  int64_t at_ns;
  /** There is evidence that it is the party. */
  bool found;
  /** How many packets of it were counted. */
  int packets;
  Endpoint by;
};

/** What became of one event; of anything but a packet nothing does. */
struct Outcome {
  bool accepted = false;
  /** The address it was sent to was one that the party of the other leg gets packets at. */
  bool delivered = false;
  /** Index of the place it was sent to, -1: to none of the world's. */
  int16_t place = -1;
  /** Where it was sent to; empty when it was not sent. */
  Endpoint to;
  /** What happened on the way, since the event before. */
  std::vector<Taking> takings;
};

using Outcomes = std::vector<Outcome>;

/** Plays the world through one call in this mode; one outcome for each event. */
void play(const World& world, Mode mode, Outcomes* outcomes);

std::string show(const World& world, const Outcome& outcome);

}  // namespace rtpp::worlds
