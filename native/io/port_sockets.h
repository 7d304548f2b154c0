#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/addr.h"
#include "base/fd.h"
#include "io/port_range.h"
#include "io/socket_reuse.h"

namespace rtpp {

/**
 * Sockets that hold media ports: bound, without options. To make and to close one costs several times as much as to
 * bind it, so a few that are given back are kept and bound again. For one thread.
 */
class PortSockets {
 public:
  /** Sockets are kept where the kernel can use them again (Linux 6.3). */
  PortSockets();

  /** Whether sockets of these media ports are used again. */
  SocketReuse reuse(PortRange media) const;

  /** A socket bound to `local`; 0 or an errno. */
  [[nodiscard]] int open(const Endpoint& local, Fd* out);
  /** Any thread: frees the port of a socket; false when only closing the socket does that. */
  [[nodiscard]] static bool unbind(int socket);
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

  [[nodiscard]] bool bind_again(int socket, const Endpoint& local) const;
  void refused();

  Reuse state_ = Reuse::kDescriptors;
  /** Ports that the kernel gives out by itself; none: nothing is kept. */
  PortRange range_;
  size_t room_ = 0;
  int refusals_ = 0;
  std::array<std::vector<Fd>, 2> kept_;
};

}  // namespace rtpp
