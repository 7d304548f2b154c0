#pragma once

#include <cstddef>
#include <cstdint>

namespace rtpp {

/** FNV-1a, 64 bits; `hash` is that of what stands before, or a seed of the caller's own. */
inline uint64_t fnv1a(const void* data, size_t size, uint64_t hash = 0xcbf29ce484222325) {
  constexpr uint64_t kPrime = 0x100000001b3;
  const auto* bytes = static_cast<const uint8_t*>(data);
  for (size_t i = 0; i < size; ++i) hash = (hash ^ bytes[i]) * kPrime;
  return hash;
}

}  // namespace rtpp
