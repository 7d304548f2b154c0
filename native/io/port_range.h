#pragma once

#include <cstdint>

namespace rtpp {

/** Ports from `first` to `last`; none when `last` is the lower one. */
struct PortRange {
  uint16_t first = 1;
  uint16_t last = 0;

  bool empty() const { return last < first; }
  bool has(uint16_t port) const { return port >= first && port <= last; }
};

/**
 * Leaves the kernel one port to choose from when an unbound socket is bound to port 0; it has an effect in the range of
 * the kernel alone. False where the kernel cannot (before Linux 6.3).
 */
[[nodiscard]] bool choose_from(int socket, uint16_t port);

/** The port that a socket is bound to; 0: none. */
uint16_t port_of(int socket);

/** What comes of leaving the kernel one port to choose. */
enum class PortChoice : uint8_t {
  kChosen,
  /** Of its range, but taken, or reserved by the administrator. */
  kRefused,
  /** Not of its range, so it chooses another one. */
  kOutside,
};

/** Tries it, with a socket that is closed again. */
PortChoice try_choice(uint16_t port);

/**
 * The ports that the kernel gives out by itself (net.ipv4.ip_local_port_range, which counts for IPv6 too). They are
 * found by trying, as /proc/sys is out of sight in a sandbox; about 30 sockets. None where `choose_from` does not work.
 */
PortRange kernel_port_range();

}  // namespace rtpp
