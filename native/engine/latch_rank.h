#pragma once

#include <cstdint>

#include "base/addr.h"

namespace rtpp {

/** How near a source is to the address that signalling gave: the less, the more likely it is the peer. */
enum class Rank : uint8_t {
  kExact = 1,    // the address and port
  kHost = 2,     // another port of the address
  kNetwork = 3,  // another address of the same /24, IPv6 /64
  kOther = 4,
  kNone = 5  // nobody
};

/** `signalled` may be empty: nothing is near it then. */
Rank rank_towards(const Endpoint& signalled, const Endpoint& source);

/**
 * Nobody who reaches us from `source`'s side of the net can have the address `signalled`: it belongs to a private
 * network (RFC 1918, 4193, 6598, link-local, loopback) that the source is not in. There is a NAT between. Also for an
 * empty one.
 */
bool unreachable(const Endpoint& signalled, const Endpoint& source);

}  // namespace rtpp
