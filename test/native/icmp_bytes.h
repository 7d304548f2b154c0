#pragma once

#include <cstdint>

#include "base/network_order.h"
#include "base/udp_headers.h"
#include "rtp_bytes.h"

namespace rtpp::test {

/** Type, code and the headers of a datagram, behind `outer` bytes of another header. */
inline Bytes icmp_bytes(size_t outer, uint8_t type, uint8_t code, const Endpoint& source, const Endpoint& dest) {
  Bytes bytes(outer + 8 + udp_headers_size(source.family));
  bytes[outer] = type;
  bytes[outer + 1] = code;
  write_udp_headers(source, dest, {}, nullptr, 0, bytes.data() + outer + 8);
  return bytes;
}

/** An ICMP message about a datagram, as a raw socket gives it: with the IPv4 header of the message. */
inline Bytes icmp4_bytes(uint8_t type, uint8_t code, const Endpoint& source, const Endpoint& dest) {
  Bytes bytes = icmp_bytes(kIpv4Header, type, code, source, dest);
  bytes[0] = 0x45;
  write16(&bytes[2], bytes.size());
  bytes[9] = 1;
  return bytes;
}

/** The same of ICMPv6, without its header. */
inline Bytes icmp6_bytes(uint8_t type, uint8_t code, const Endpoint& source, const Endpoint& dest) {
  return icmp_bytes(0, type, code, source, dest);
}

}  // namespace rtpp::test
