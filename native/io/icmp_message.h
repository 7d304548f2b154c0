#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/addr.h"

namespace rtpp {

/** What an ICMP message says of a datagram of ours that did not arrive. */
struct Unreachable {
  /** Where it came from and went to. */
  Endpoint local;
  Endpoint remote;
  /** The errno that the kernel knows for it. */
  int error = 0;
  /** So many messages have said it. */
  uint32_t messages = 1;
};

/**
 * Reads an ICMP message of a host (RFC 792) as a raw socket gives it, IPv4 header included: destination unreachable, or
 * time exceeded on the way, about UDP. Nothing for any other one, and for one that is cut off.
 */
std::optional<Unreachable> parse_icmp4(const uint8_t* data, size_t len);

/** The same of ICMPv6 (RFC 4443), which comes without the IPv6 header. */
std::optional<Unreachable> parse_icmp6(const uint8_t* data, size_t len);

}  // namespace rtpp
