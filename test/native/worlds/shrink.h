#pragma once

#include <functional>
#include <string>

#include "worlds/promise.h"
#include "worlds/world.h"

namespace rtpp::worlds {

/** Plays a world and checks it. */
using Judge = std::function<Failure(const World&, Played*)>;

/** The smallest world with a failure of the same kind that can be found by leaving things out. */
World shrink(World world, const Judge& judge);

/** The world as text: each event, and what either mode did with it. */
std::string report(const World& world, const Judge& judge);

}  // namespace rtpp::worlds
