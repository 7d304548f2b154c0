#pragma once

#include <cstdint>

#include "base/addr.h"

namespace rtpp {

/** The file formats of media.md 6.5. The values are part of the contract with `src/addon/types.ts`. */
enum class RecordFormat : uint8_t { kAdhoc = 0, kPcap = 1 };

/** A datagram as a recording shows it. */
struct RecordedPacket {
  const uint8_t* data;
  uint32_t len;
  Endpoint source;
  /** Of the source's family, or empty when unknown. Only pcap tells it. */
  Endpoint dest;
  /** Unix microseconds. */
  int64_t wall_us;
};

}  // namespace rtpp
