#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/addr.h"
#include "base/fd.h"
#include "base/names.h"
#include "io/port_range.h"

namespace rtpp {

/** Whether sockets are used again for later ports, or why not. */
#define RTPP_REUSES(X)                                                                   \
  X(kOn)                                                                                 \
  X(kBackend)     /* not wanted: the backend gives its sockets options */                \
  X(kDescriptors) /* too few may be open */                                              \
  X(kKernel)      /* cannot be told which port to choose, before Linux 6.3 */            \
  X(kOutside)     /* no media port is among those that the kernel gives out by itself */ \
  X(kReserved)    /* the administrator has reserved the media ports */
RTPP_NAMED_ENUM(Reuse, RTPP_REUSES)

/**
 * Sockets that hold media ports: bound, without options. To make and to close one costs several times as much as to
 * bind it, so a few that are given back are kept and bound again. For one thread.
 */
class PortSockets {
 public:
  /** `wanted`: keep sockets, where the kernel can (Linux 6.3). */
  explicit PortSockets(bool wanted);

  /**
   * Whether sockets of these media ports are used again. `ports`: those of them that it counts for; with kOutside those
   * of the kernel.
   */
  Reuse reuse(PortRange media, PortRange* ports) const;

  /** A socket bound to `local`; 0 or an errno. */
  int open(const Endpoint& local, Fd* out);
  /** Any thread: frees the port of a socket; false when only closing the socket does that. */
  static bool unbind(int socket);
  /** Takes a socket of that address family whose port was freed. */
  void give_back(Fd socket, uint8_t family);
  /** Closes what is kept. */
  void release();
  /** Sockets that wait to be used again. */
  size_t kept() const { return kept_[0].size() + kept_[1].size(); }

 private:
  /** Of each family, and less where few descriptors may be open: one of so many. */
  static constexpr size_t kMaxKept = 128;
  static constexpr size_t kDescriptorsPerKept = 128;
  /** Ports in a row that could be bound in the usual way only, until no more is tried. */
  static constexpr int kMaxRefusals = 32;

  bool bind_again(int socket, const Endpoint& local) const;
  void refused();

  Reuse state_ = Reuse::kBackend;
  /** Ports that the kernel gives out by itself; none: nothing is kept. */
  PortRange range_;
  size_t room_ = 0;
  int refusals_ = 0;
  std::array<std::vector<Fd>, 2> kept_;
};

}  // namespace rtpp
