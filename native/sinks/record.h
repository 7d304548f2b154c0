#pragma once

#include <cstdint>

#include "base/addr.h"
#include "base/names.h"

namespace rtpp {

/** The file formats of media.md 6.5. */
#define RTPP_RECORD_FORMATS(X) X(kAdhoc) X(kPcap) X(kWav)
RTPP_NAMED_ENUM(RecordFormat, RTPP_RECORD_FORMATS)

/** A datagram as a recording shows it. */
struct RecordedPacket {
  const uint8_t* data;
  uint32_t len;
  Endpoint source;
  /** Of the source's family, or empty when unknown. Only pcap tells it. */
  Endpoint dest;
  /** Unix microseconds. */
  int64_t wall_us;
  /** The leg that received it. */
  uint8_t leg = 0;
};

}  // namespace rtpp
