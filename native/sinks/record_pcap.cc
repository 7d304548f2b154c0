#include "sinks/record_pcap.h"

#include <netinet/in.h>

#include <array>
#include <bit>
#include <cstring>

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
constexpr size_t kIpV4 = 20;
constexpr size_t kIpV6 = 40;
constexpr size_t kUdp = 8;
static_assert(kRecordHeader + kEthernet + kIpV4 + kUdp == kPcapHeaderV4);
static_assert(kRecordHeader + kEthernet + kIpV6 + kUdp == kPcapHeaderV6);

constexpr uint8_t kTtl = 127;
constexpr uint8_t kHopLimit = 64;

void put16(uint8_t* out, size_t value) {
  out[0] = static_cast<uint8_t>(value >> 8);
  out[1] = static_cast<uint8_t>(value);
}

void put_host32(uint8_t* out, size_t value) {
  const uint32_t field = static_cast<uint32_t>(value);
  std::memcpy(out, &field, sizeof field);
}

/** Sum of 16-bit words for the Internet checksum (RFC 1071); an odd last byte counts as the upper half of a word. */
uint64_t sum16(const uint8_t* data, size_t len) {
  uint64_t sum = 0;
  size_t i = 0;
  for (; i + 1 < len; i += 2) sum += static_cast<uint64_t>(data[i]) << 8 | data[i + 1];
  if (i < len) sum += static_cast<uint64_t>(data[i]) << 8;
  return sum;
}

uint16_t checksum(uint64_t sum) {
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<uint16_t>(~sum);
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

void put_ipv4(const RecordedPacket& packet, size_t udp_len, uint16_t id, uint8_t* out) {
  out[0] = 0x45;
  out[1] = 0;
  put16(out + 2, kIpV4 + udp_len);
  put16(out + 4, id);
  put16(out + 6, 0);
  out[8] = kTtl;
  out[9] = IPPROTO_UDP;
  put16(out + 10, 0);
  std::memcpy(out + 12, packet.source.ip, 4);
  std::memcpy(out + 16, packet.dest.ip, 4);
  put16(out + 10, checksum(sum16(out, kIpV4)));
}

void put_ipv6(const RecordedPacket& packet, size_t udp_len, uint8_t* out) {
  out[0] = 0x60;
  std::memset(out + 1, 0, 3);
  put16(out + 4, udp_len);
  out[6] = IPPROTO_UDP;
  out[7] = kHopLimit;
  std::memcpy(out + 8, packet.source.ip, 16);
  std::memcpy(out + 24, packet.dest.ip, 16);
}

void put_udp(const RecordedPacket& packet, size_t udp_len, bool v6, uint8_t* out) {
  put16(out, packet.source.port);
  put16(out + 2, packet.dest.port);
  put16(out + 4, udp_len);
  put16(out + 6, 0);
  const size_t address = v6 ? 16 : 4;
  const uint64_t pseudo = sum16(packet.source.ip, address) + sum16(packet.dest.ip, address) + IPPROTO_UDP + udp_len;
  const uint16_t sum = checksum(pseudo + sum16(out, kUdp) + sum16(packet.data, packet.len));
  // The C daemon stores a computed 0 as it is, which in IPv4 means "no checksum" and in IPv6 is not allowed.
  put16(out + 6, v6 && sum == 0 ? 0xffff : sum);
}

}  // namespace

std::span<const uint8_t> pcap_file_header() { return kFileHeader; }

void encode_pcap_header(const RecordedPacket& packet, uint16_t ipv4_id, uint8_t* out) {
  const bool v6 = packet.source.family == 6;
  const size_t udp_len = kUdp + packet.len;
  const size_t frame = kEthernet + (v6 ? kIpV6 : kIpV4) + udp_len;
  put_host32(out, static_cast<size_t>(packet.wall_us / 1'000'000));
  put_host32(out + 4, static_cast<size_t>(packet.wall_us % 1'000'000));
  put_host32(out + 8, frame);
  put_host32(out + 12, frame);

  uint8_t* ethernet = out + kRecordHeader;
  put_ethernet(packet.dest, v6, ethernet);
  put_ethernet(packet.source, v6, ethernet + 6);
  put16(ethernet + 12, v6 ? 0x86dd : 0x0800);

  uint8_t* ip = ethernet + kEthernet;
  if (v6) {
    put_ipv6(packet, udp_len, ip);
  } else {
    put_ipv4(packet, udp_len, ipv4_id, ip);
  }
  put_udp(packet, udp_len, v6, ip + (v6 ? kIpV6 : kIpV4));
}

}  // namespace rtpp
