#pragma once

#include <cstdint>
#include <initializer_list>

namespace rtpp::worlds {

/** Random numbers that are the same everywhere: splitmix64. */
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  uint64_t next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  uint32_t below(uint32_t n) { return static_cast<uint32_t>((next() >> 32) * n >> 32); }
  bool percent(uint32_t n) { return below(100) < n; }
  /** Both ends included. */
  int64_t between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1));
  }
  int pick(std::initializer_list<int> values) { return values.begin()[below(static_cast<uint32_t>(values.size()))]; }

 private:
  uint64_t state_;
};

/** The seed of schedule `index` of a run. */
inline uint64_t seed_of(uint64_t run, uint64_t index) { return Dice(run ^ (index * 0xd1342543de82ef95)).next(); }

}  // namespace rtpp::worlds
