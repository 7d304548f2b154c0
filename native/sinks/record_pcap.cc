#include "sinks/record_pcap.h"

#include <array>
#include <bit>
#include <cstring>

#include "base/network_order.h"
#include "base/udp_headers.h"

namespace rtpp {
namespace {

struct PcapFileHeader {
  uint32_t magic = 0xa1b2c3d4;  // time stamps in microseconds
  uint16_t major = 2;
  uint16_t minor = 4;
  uint32_t zone = 0;
  uint32_t accuracy = 0;
  uint32_t longest = 65535;
  uint32_t link_type = 1;  // Ethernet
};
constexpr auto kFileHeader = std::bit_cast<std::array<uint8_t, 24>>(PcapFileHeader{});

constexpr size_t kRecordHeader = 16;
constexpr size_t kEthernet = 14;
static_assert(kRecordHeader + kEthernet + udp_headers_size(4) == kPcapHeaderV4);
static_assert(kRecordHeader + kEthernet + udp_headers_size(6) == kPcapHeaderV6);

constexpr uint8_t kTtl = 127;
constexpr uint8_t kHopLimit = 64;

void put_host32(uint8_t* out, size_t value) {
  const uint32_t field = static_cast<uint32_t>(value);
  std::memcpy(out, &field, sizeof field);
}

/** A made-up Ethernet address: from IPv4 two zeros and the address, from IPv6 its bytes folded to six. */
void put_ethernet(const Endpoint& endpoint, bool v6, uint8_t* out) {
  std::memset(out, 0, 6);
  if (v6) {
    for (size_t i = 0; i < 16; ++i) out[i % 6] ^= endpoint.ip[i];
  } else {
    std::memcpy(out + 2, endpoint.ip, 4);
  }
}

}  // namespace

std::span<const uint8_t> pcap_file_header() { return kFileHeader; }

void encode_pcap_header(const RecordedPacket& packet, uint16_t ipv4_id, uint8_t* out) {
  const bool v6 = packet.source.family == 6;
  const size_t frame = kEthernet + udp_headers_size(packet.source.family) + packet.len;
  put_host32(out, static_cast<size_t>(packet.wall_us / 1'000'000));
  put_host32(out + 4, static_cast<size_t>(packet.wall_us % 1'000'000));
  put_host32(out + 8, frame);
  put_host32(out + 12, frame);

  uint8_t* ethernet = out + kRecordHeader;
  put_ethernet(packet.dest, v6, ethernet);
  put_ethernet(packet.source, v6, ethernet + 6);
  write16(ethernet + 12, v6 ? 0x86dd : 0x0800);

  uint8_t* ip = ethernet + kEthernet;
  const IpFields fields = {.tos = 0, .ttl = v6 ? kHopLimit : kTtl, .id = ipv4_id};
  write_udp_headers(packet.source, packet.dest, fields, packet.data, packet.len, ip);
  if (v6) return;
  write_ipv4_checksum(ip);
  // The C daemon stores a computed 0 as it is, which in IPv4 means "no checksum".
  uint8_t* checksum = ip + kIpv4Header + 6;
  if (checksum[0] == 0xff && checksum[1] == 0xff) write16(checksum, 0);
}

}  // namespace rtpp
