#pragma once

#include <cstddef>
#include <cstdint>

#include "base/addr.h"

namespace rtpp {

inline constexpr size_t kIpv4Header = 20;
inline constexpr size_t kIpv6Header = 40;
inline constexpr size_t kUdpHeader = 8;
inline constexpr size_t kMaxUdpHeaders = kIpv6Header + kUdpHeader;

/** Length of the IP and UDP headers of a datagram of a family. */
constexpr size_t udp_headers_size(uint8_t family) { return (family == 6 ? kIpv6Header : kIpv4Header) + kUdpHeader; }

/** What the IP header says besides addresses. */
struct IpFields {
  uint8_t tos = 0;
  /** Hop limit in IPv6. */
  uint8_t ttl = 64;
  /** IPv4 only; of what is sent not 0, which the kernel would replace. */
  uint16_t id = 1;
};

/**
 * Writes the IP and UDP headers of a datagram with the UDP checksum (RFC 768, RFC 791, RFC 8200) and returns their
 * length. The family is that of `source`; `dest` is of the same one, or empty. The checksum of the IPv4 header is 0:
 * the kernel fills it in.
 */
size_t write_udp_headers(const Endpoint& source, const Endpoint& dest, const IpFields& fields, const uint8_t* data,
                         size_t len, uint8_t* out);

/** Fills in the checksum of an IPv4 header that has none. */
void write_ipv4_checksum(uint8_t* header);

}  // namespace rtpp
