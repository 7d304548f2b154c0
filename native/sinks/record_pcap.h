#pragma once

#include <cstddef>

#include "sinks/record.h"

namespace rtpp {

/** Bytes at the start of a pcap file, which who opened it has written (`src/recording/pcap-header.ts`). */
inline constexpr size_t kPcapFileHeader = 24;
/** Bytes in front of a packet: record header, Ethernet, IP, UDP (media.md 6.5). */
inline constexpr size_t kPcapHeaderV4 = 58;
inline constexpr size_t kPcapHeaderV6 = 78;

inline size_t pcap_header_size(uint8_t family) { return family == 6 ? kPcapHeaderV6 : kPcapHeaderV4; }

/**
 * Writes the headers of one packet, with correct checksums; the payload goes behind them as it is. The family is that
 * of the source. `ipv4_id` is the identification field of IPv4.
 */
void encode_pcap_header(const RecordedPacket& packet, uint16_t ipv4_id, uint8_t* out);

}  // namespace rtpp
