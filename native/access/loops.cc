#include "access/loops.h"

namespace rtpp {
namespace {

/** The finaliser of SplitMix64: every bit of the input changes half of the output's. */
uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

Loops::Loops(uint64_t seed)
    : seed_(seed), sightings_(static_cast<Sighting*>(std::calloc(kSets * kWays, sizeof(Sighting)))) {}

bool Loops::circulates(uint64_t packet, uint16_t port, int64_t now_ns) {
  if (sightings_ == nullptr) return false;
  const uint64_t hash = mix(mix(packet ^ seed_) + port);
  const auto tag = static_cast<uint32_t>(hash >> 32);
  const auto now_ms = static_cast<uint32_t>(now_ns / 1'000'000);
  Sighting* const set = &sightings_[hash % kSets * kWays];
  Sighting* least = set;
  for (Sighting* it = set; it < set + kWays; ++it) {
    if (now_ms - it->at_ms > kApartMs) it->count = 0;
    if (it->tag == tag && it->at_ms != 0) {
      it->count += it->count <= kMost;
      it->at_ms = now_ms;
      return it->count > kMost;
    }
    if (it->count < least->count || (it->count == least->count && it->at_ms < least->at_ms)) least = it;
  }
  // Those seen most often stay, so that they are found soon and make place for others.
  *least = {tag, now_ms, 1};
  return false;
}

}  // namespace rtpp
