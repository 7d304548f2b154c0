#pragma once

#include "base/addr.h"

namespace rtpp {

/**
 * Nobody who reaches us from `source`'s side of the net can have the address `signalled`: it belongs to a private
 * network (RFC 1918, 4193, 6598, link-local, loopback) that the source is not in. There is a NAT between. Also for an
 * empty one.
 */
bool unreachable(const Endpoint& signalled, const Endpoint& source);

}  // namespace rtpp
