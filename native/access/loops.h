#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace rtpp {

/**
 * Finds packets that come to the same port of ours again and again: two sessions whose parties are each other's ports
 * would pass them on for ever. A call may come through the relay several times, each time to another port, and small
 * packets may be sent twice at each passage, so it takes more than that.
 */
class Loops {
 public:
  /** So often a packet is passed on by one port. */
  static constexpr uint8_t kMost = 16;
  /** Sightings further apart have nothing to do with each other. */
  static constexpr uint32_t kApartMs = 1000;

  /** Nobody outside knows the seed, so nobody can choose packets that displace each other. */
  explicit Loops(uint64_t seed);

  /** A packet, by what does not change on its way, has come to a port; true when it came there too often. */
  bool circulates(uint64_t packet, uint16_t port, int64_t now_ns);

 private:
  static constexpr size_t kSets = 16384;
  static constexpr size_t kWays = 4;
  struct Sighting {
    uint32_t tag;
    uint32_t at_ms;
    uint32_t count;
  };
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  const uint64_t seed_;
  /** From calloc: a relay without loops has no memory for it. */
  std::unique_ptr<Sighting[], Free> sightings_;
};

}  // namespace rtpp
