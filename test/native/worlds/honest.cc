#include "worlds/honest.h"

#include "worlds/party.h"

namespace rtpp::worlds {

World honest_world(uint64_t seed) {
  Dice dice(seed);
  World world;
  Habits habits;
  // Some parties do one thing only, so that shrinking has less to do.
  if (dice.percent(20)) habits.odd_media = 0;
  if (dice.percent(20)) habits.signal = 0;
  Party a(&world, &dice, 0, habits);
  Party b(&world, &dice, 1, habits);
  a.introduce(kStart);
  b.introduce(kStart + dice.between(0, 400) * kMs);
  const int64_t duration = dice.between(2, 40) * kSecond;
  // Also before the call is complete.
  a.live(kStart + dice.between(0, 800) * kMs, duration);
  b.live(kStart + dice.between(0, 800) * kMs, duration);
  world.sort();
  settle_repeats(&world);
  return world;
}

}  // namespace rtpp::worlds
