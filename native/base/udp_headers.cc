#include "base/udp_headers.h"

#include <netinet/in.h>

#include <cstring>

#include "base/network_order.h"

namespace rtpp {
namespace {

/** Adds 16-bit words of network byte order as the machine reads them: the sum only has to be in that order in the end
 * (RFC 1071 2B). */
uint64_t add_words(uint64_t sum, const uint8_t* data, size_t len) {
  while (len >= 4) {
    uint32_t words;
    std::memcpy(&words, data, sizeof words);
    sum += words;
    data += 4;
    len -= 4;
  }
  if (len > 0) {
    uint8_t rest[4] = {};
    std::memcpy(rest, data, len);
    uint32_t words;
    std::memcpy(&words, rest, sizeof words);
    sum += words;
  }
  return sum;
}

uint16_t fold(uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

}  // namespace

size_t write_udp_headers(const Endpoint& source, const Endpoint& dest, const IpFields& fields, const uint8_t* data,
                         size_t len, uint8_t* out) {
  const bool v6 = source.family == 6;
  const size_t ip_header = v6 ? kIpv6Header : kIpv4Header;
  const size_t address = v6 ? 16 : 4;
  std::memset(out, 0, ip_header + kUdpHeader);
  uint8_t* addresses = out + (v6 ? 8 : 12);
  if (v6) {
    out[0] = static_cast<uint8_t>(0x60 | fields.tos >> 4);
    out[1] = static_cast<uint8_t>(fields.tos << 4);
    write16(out + 4, kUdpHeader + len);
    out[6] = IPPROTO_UDP;
    out[7] = fields.ttl;
  } else {
    out[0] = 0x45;
    out[1] = fields.tos;
    write16(out + 2, ip_header + kUdpHeader + len);
    write16(out + 4, fields.id);
    out[8] = fields.ttl;
    out[9] = IPPROTO_UDP;
  }
  std::memcpy(addresses, source.ip, address);
  std::memcpy(addresses + address, dest.ip, address);

  uint8_t* udp = out + ip_header;
  write16(udp, source.port);
  write16(udp + 2, dest.port);
  write16(udp + 4, kUdpHeader + len);
  uint8_t pseudo[4] = {0, IPPROTO_UDP};
  write16(pseudo + 2, kUdpHeader + len);
  uint64_t sum = add_words(0, addresses, 2 * address);
  sum = add_words(sum, pseudo, sizeof pseudo);
  sum = add_words(sum, udp, kUdpHeader);
  uint16_t checksum = fold(add_words(sum, data, len));
  if (checksum == 0) checksum = 0xffff;  // 0 means that there is none
  std::memcpy(udp + 6, &checksum, sizeof checksum);
  return ip_header + kUdpHeader;
}

void write_ipv4_checksum(uint8_t* header) {
  const uint16_t checksum = fold(add_words(0, header, kIpv4Header));
  std::memcpy(header + 10, &checksum, sizeof checksum);
}

}  // namespace rtpp
