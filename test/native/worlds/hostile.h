#pragma once

#include "worlds/world.h"

namespace rtpp::worlds {

/** A call of two parties, and strangers who want to be heard in it or to get what is said. */
World hostile_world(uint64_t seed);

}  // namespace rtpp::worlds
