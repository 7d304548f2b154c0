#pragma once

#include <cstddef>
#include <cstdint>

namespace rtpp {

// Numbers as packets have them.

inline uint16_t read16(const uint8_t* from) { return static_cast<uint16_t>(from[0] << 8 | from[1]); }

inline uint32_t read32(const uint8_t* from) { return uint32_t{read16(from)} << 16 | read16(from + 2); }

/** What is above 16 bits is left out. */
inline void write16(uint8_t* to, size_t value) {
  to[0] = static_cast<uint8_t>(value >> 8);
  to[1] = static_cast<uint8_t>(value);
}

inline void write32(uint8_t* to, uint32_t value) {
  write16(to, value >> 16);
  write16(to + 2, value);
}

}  // namespace rtpp
