#pragma once

#include <cstddef>
#include <cstdint>

#include "base/addr.h"

namespace rtpp {

/** Longest headers of a datagram: IPv6 and UDP. */
inline constexpr size_t kMaxHeaders = 48;
/** Longest packet, headers included, that every path takes in one piece (RFC 8200 5); our own IP packets stay within.
 */
inline constexpr size_t kMaxRawPacket = 1280;

/** What the IP header says besides addresses. */
struct IpFields {
  uint8_t tos = 0;
  /** Hop limit in IPv6. */
  uint8_t ttl = 64;
  /** IPv4 only; not 0, which the kernel would replace. */
  uint16_t id = 1;
};

/**
 * Writes the IP and UDP headers of a datagram with the UDP checksum (RFC 768, RFC 791, RFC 8200) and returns their
 * length: 28, or 48 for IPv6. `source` and `dest` are of one family. The checksum of the IPv4 header is left to the
 * kernel.
 */
size_t write_headers(const Endpoint& source, const Endpoint& dest, const IpFields& fields, const uint8_t* data,
                     size_t len, uint8_t* out);

}  // namespace rtpp
