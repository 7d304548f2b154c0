#pragma once

#include <vector>

#include "access/policy.h"

namespace rtpp {

/**
 * Asks the kernel for the blocks of addresses that it takes for this host's own by its local routing table: those of
 * the interfaces, whole networks of AnyIP routes or of the loopback interface, and anycast ones. 0 or an errno, and
 * `out` is as before then.
 */
[[nodiscard]] int read_local_routes(std::vector<PeerBlock>* out);

}  // namespace rtpp
