#pragma once

#include <cstdint>

#include "base/names.h"
#include "io/port_range.h"

namespace rtpp {

/** Whether sockets are used again for later ports, or why not. */
#define RTPP_REUSES(X)                                                                   \
  X(kOn)                                                                                 \
  X(kBackend)     /* the backend closes a socket with its port */                        \
  X(kDescriptors) /* too few may be open */                                              \
  X(kKernel)      /* cannot be told which port to choose, before Linux 6.3 */            \
  X(kOutside)     /* no media port is among those that the kernel gives out by itself */ \
  X(kReserved)    /* the administrator has reserved the media ports */
RTPP_NAMED_ENUM(Reuse, RTPP_REUSES)

struct SocketReuse {
  Reuse state = Reuse::kBackend;
  /** Media ports that it counts for; with kOutside the ports that the kernel gives out by itself. */
  PortRange ports;
};

}  // namespace rtpp
