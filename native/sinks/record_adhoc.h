#pragma once

#include <cstddef>

#include "sinks/record.h"

namespace rtpp {

/** Bytes in front of each packet of an ad-hoc recording; the file itself has no header (media.md 6.5). */
inline constexpr size_t kAdhocHeader = 30;

/** Writes the header of one record; the payload goes behind it as it is. */
void encode_adhoc_header(const RecordedPacket& packet, uint8_t* out);

}  // namespace rtpp
