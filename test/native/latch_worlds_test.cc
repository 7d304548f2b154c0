#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "check.h"
#include "worlds/dice.h"
#include "worlds/honest.h"
#include "worlds/hostile.h"
#include "worlds/shrink.h"

// Random worlds in simulated time: what `guarded` promises, checked by somebody who does not know how it works.
// RTPPROXY_TEST_SCALE=full: a million each. RTPPROXY_WORLDS_SEED: the seed of the run.
// RTPPROXY_WORLDS_ONE=<seed>:honest prints one world and what became of it.

using namespace rtpp;
using namespace rtpp::worlds;

namespace {

constexpr uint64_t kSeed = 20'240'601;

const char* setting(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

uint64_t number(const char* name, uint64_t otherwise) {
  return std::strtoull(setting(name, std::to_string(otherwise).c_str()), nullptr, 10);
}

uint64_t worlds() {
  const bool full = std::string(setting("RTPPROXY_TEST_SCALE", "")) == "full";
  return number("RTPPROXY_WORLDS_COUNT", full ? 1'000'000 : 20'000);
}

Failure judge_honest(const World& world, Played* played) {
  play(world, Mode::kCompat, &played->compat);
  play(world, Mode::kGuarded, &played->guarded);
  return check_honest(world, *played);
}

Failure judge_hostile(const World& world, Played* played) {
  play(world, Mode::kCompat, &played->compat);
  play(world, Mode::kGuarded, &played->guarded);
  const Failure failure = check_hostile(world, *played);
  if (failure.failed()) return failure;
  Outcomes without;
  play(without_strangers(world), Mode::kGuarded, &without);
  return check_weak(world, played->guarded, without);
}

/** The checker itself: whoever behaves as `compat` breaks no promise. */
Failure judge_compat(const World& world, Played* played) {
  play(world, Mode::kCompat, &played->compat);
  played->guarded = played->compat;
  return check_honest(world, *played);
}

/** Worlds that broke the same promise: how many, and the smallest ones, by size and seed. */
struct Kind {
  uint64_t count = 0;
  std::set<std::pair<size_t, uint64_t>> smallest;

  void add(size_t size, uint64_t seed) {
    ++count;
    smallest.emplace(size, seed);
    if (smallest.size() > number("RTPPROXY_WORLDS_EXAMPLES", 1)) smallest.erase(std::prev(smallest.end()));
  }
};
using Kinds = std::map<std::string, Kind>;

void show_failures(const char* name, const Kinds& kinds, World (*make)(uint64_t), const Judge& judge) {
  uint64_t shown = 0;
  for (const auto& [kind, it] : kinds) {
    std::printf("%s: %s: %" PRIu64 " worlds\n", name, kind.c_str(), it.count);
    if (++shown > number("RTPPROXY_WORLDS_KINDS", 5)) continue;
    for (const auto& [size, seed] : it.smallest) {
      std::printf("seed %" PRIu64 "\n%s\n", seed, report(shrink(make(seed), judge), judge).c_str());
    }
  }
}

void run(const char* name, World (*make)(uint64_t), const Judge& judge) {
  const uint64_t run_seed = number("RTPPROXY_WORLDS_SEED", kSeed);
  const uint64_t count = worlds();
  Kinds kinds;
  Played played;
  size_t events = 0;
  const auto start = std::chrono::steady_clock::now();
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t seed = seed_of(run_seed, i);
    const World world = make(seed);
    events += world.events.size();
    const Failure failure = judge(world, &played);
    if (failure.failed()) kinds[failure.kind].add(world.events.size(), seed);
  }
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("%s: %" PRIu64 " worlds of %zu events, %.3f ms each, seed %" PRIu64 "\n", name, count, events / count,
              took.count() / static_cast<double>(count), run_seed);
  show_failures(name, kinds, make, judge);
  CHECK(kinds.empty());
}

/** One world only, for looking at it. */
bool only_one() {
  const std::string one = setting("RTPPROXY_WORLDS_ONE", "");
  return !one.empty();
}

}  // namespace

TEST(one_world) {
  if (!only_one()) return;
  const uint64_t seed = std::strtoull(setting("RTPPROXY_WORLDS_ONE", ""), nullptr, 10);
  const bool hostile = std::string(setting("RTPPROXY_WORLDS_ONE", "")).ends_with(":hostile");
  const std::string text =
      hostile ? report(hostile_world(seed), judge_hostile) : report(honest_world(seed), judge_honest);
  std::printf("%s\n", text.c_str());
}

TEST(compat_keeps_every_promise) {
  if (!only_one()) run("compat", honest_world, judge_compat);
}

/** The checkers are not blind: compat gives strangers what guarded must not, and who hears nobody loses speech. */
TEST(what_is_wrong_is_seen) {
  if (only_one()) return;
  const uint64_t count = 2000;
  uint64_t open = 0;
  uint64_t deaf = 0;
  Played played;
  for (uint64_t i = 0; i < count; ++i) {
    const uint64_t seed = seed_of(kSeed, i);
    const World hostile = hostile_world(seed);
    play(hostile, Mode::kCompat, &played.compat);
    played.guarded = played.compat;
    open += check_hostile(hostile, played).failed();
    const World honest = honest_world(seed);
    play(honest, Mode::kCompat, &played.compat);
    played.guarded.assign(played.compat.size(), Outcome{});
    deaf += check_honest(honest, played).failed();
  }
  CHECK(open > count / 10);
  CHECK(deaf > count / 2);
}

TEST(honest_worlds) {
  if (!only_one()) run("honest", honest_world, judge_honest);
}

TEST(hostile_worlds) {
  if (!only_one()) run("hostile", hostile_world, judge_hostile);
}
