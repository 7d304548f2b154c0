#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sinks/record.h"

namespace rtpp {

/** What a pcap file begins with (media.md 6.5), in the byte order of this machine. */
std::span<const uint8_t> pcap_file_header();

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
