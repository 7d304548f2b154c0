#pragma once

#include "access/policy.h"

namespace rtpp {

/**
 * Asks the kernel for the addresses of all interfaces, and of local routes; 0 or an errno, and `out` is as before then.
 */
[[nodiscard]] int read_host_addresses(HostAddresses* out);

}  // namespace rtpp
