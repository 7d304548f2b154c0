#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "sinks/record.h"

namespace rtpp {

/** What a pcap file begins with (media.md 6.5), in the byte order of this machine. */
struct PcapFileHeader {
  uint32_t magic = 0xa1b2c3d4;  // time stamps in microseconds
  uint16_t major = 2;
  uint16_t minor = 4;
  uint32_t zone = 0;
  uint32_t accuracy = 0;
  uint32_t longest = 65535;
  uint32_t link_type = 1;  // Ethernet
};
inline constexpr auto kPcapFileHeader = std::bit_cast<std::array<uint8_t, 24>>(PcapFileHeader{});
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
