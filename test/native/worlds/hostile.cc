#include "worlds/hostile.h"

#include "worlds/party.h"
#include "worlds/strangers.h"

namespace rtpp::worlds {
namespace {

Habits habits_of(Dice* dice) {
  Habits habits;
  habits.packets = 100;
  habits.two_sources = 0;
  habits.odd_seq = 3;
  // Most of them stay where they are.
  if (dice->percent(60)) habits.move = 0;
  if (dice->percent(60)) habits.odd_media = 10;
  if (dice->percent(50)) habits.signal = 5;
  return habits;
}

}  // namespace

World hostile_world(uint64_t seed) {
  Dice dice(seed);
  World world;
  Party a(&world, &dice, 0, habits_of(&dice));
  Party b(&world, &dice, 1, habits_of(&dice));
  a.introduce(kStart);
  b.introduce(kStart + dice.between(0, 100) * kMs);
  const int64_t duration = dice.between(2, 20) * kSecond;
  const auto start = [&dice] { return kStart + dice.between(0, dice.percent(20) ? 4000 : 800) * kMs; };
  a.live(start(), duration);
  b.live(start(), duration);
  world.sort();
  settle_repeats(&world);

  const bool weak = dice.percent(25);
  const uint8_t leg = static_cast<uint8_t>(dice.below(2));
  const uint32_t both = dice.below(4);
  Strangers one(&world, &dice, leg);
  Strangers other(&world, &dice, static_cast<uint8_t>(1 - leg));
  for (uint32_t count = 1 + dice.below(2); count > 0; --count) weak ? one.add_weak() : one.add();
  if (both == 0) weak ? other.add_weak() : other.add();
  world.sort();
  return world;
}

}  // namespace rtpp::worlds
