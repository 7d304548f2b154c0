#pragma once

#include "worlds/world.h"

namespace rtpp::worlds {

/** A call of two parties whom nobody disturbs. */
World honest_world(uint64_t seed);

}  // namespace rtpp::worlds
