#pragma once

#include "base/addr.h"
#include "base/fd.h"

namespace rtpp {

/** Do not set IP_TOS. */
inline constexpr int kNoTos = -1;

/**
 * Opens one media socket: non-blocking UDP bound to `local`, with the options of media.md 1.3. `tos` 0-255 or kNoTos;
 * it is applied to IPv4 only. Returns 0 and the socket, or an errno.
 */
[[nodiscard]] int open_media_socket(const Endpoint& local, int tos, Fd* out);

/** The first half of it: a socket without options, bound unless `bound` is false. */
[[nodiscard]] int create_media_socket(const Endpoint& local, bool bound, Fd* out);

/** The second half of it: the options of media.md 1.3. */
[[nodiscard]] int set_media_options(int fd, bool v6, int tos);

/**
 * Of a socket at the wildcard address: has the kernel tell with each datagram which address it was sent to
 * (`RxPacket::local`), for replies to come from there. Without it the kernel chooses: not worth refusing a call.
 */
void reply_from_arrival(int fd, const Endpoint& local);

/** Connects a media socket to the one address that it sends to; 0 or an errno. */
[[nodiscard]] int connect_media_socket(int fd, const Endpoint& remote);

/** Changes the TOS byte of packets sent from an IPv4 media socket; 0 or an errno. */
[[nodiscard]] int set_media_tos(int fd, int tos);

/** What besides addresses decides about the route of a socket's packets. */
struct SocketRoute {
  bool operator==(const SocketRoute&) const = default;

  /** SO_MARK. */
  uint32_t mark = 0;
  /** Index of the interface or VRF that it is bound to; 0: none. */
  int32_t device = 0;
};

/** The mark and the device that somebody, most likely a program of the process's cgroup, has given to a socket. */
SocketRoute route_of(int fd);

/** Source address that the kernel would use towards `remote` (its port is ignored); 0 or an errno such as ENETUNREACH.
 */
[[nodiscard]] int source_address_towards(const Endpoint& remote, Endpoint* out);

}  // namespace rtpp
