#pragma once

#include <string>
#include <vector>

#include "worlds/play.h"
#include "worlds/world.h"

namespace rtpp::worlds {

/** A promise that was broken. */
struct Failure {
  /** Which one; empty: none. */
  std::string kind;
  /** Index of the event. */
  size_t event = 0;

  bool failed() const { return !kind.empty(); }
};

/** What each mode did with each event of a world. */
struct Played {
  Outcomes compat;
  Outcomes guarded;
};

/** Promise 1: in a world without strangers `guarded` delivers what `compat` delivers. The first failure. */
Failure check_honest(const World& world, const Played& played);

/** Promise 2: what strangers get and say. The first failure. */
Failure check_hostile(const World& world, const Played& played);

/** The same call, of the parties only. */
World without_strangers(const World& world);

/** Promise 2, strangers who must not change anything: `guarded` with and without them. */
Failure check_weak(const World& world, const Outcomes& with, const Outcomes& without);

}  // namespace rtpp::worlds
