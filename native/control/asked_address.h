#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>

namespace rtpp {

/**
 * The address of this host that a datagram was sent to, of a socket that is bound to any address. A reply has to come
 * from there: who asked over a connected socket hears no other, nor does a firewall that follows connections let it by.
 */
struct AskedAddress {
  /** 4 or 6, as the socket is; 0 when the address is not known, or is none to send from. */
  uint8_t family = 0;
  /** That the reply has to leave by; 0: as the routes say. */
  int32_t interface = 0;
  /** An IPv4 address of an IPv6 socket is a mapped one. */
  uint8_t ip[16] = {};
};

/** Room for it among the control messages of a datagram. */
inline constexpr size_t kAskedAddressRoom = CMSG_SPACE(sizeof(in6_pktinfo));

/** Has datagrams of a socket come with the address they were sent to; 0 or an errno. */
[[nodiscard]] int receive_asked_address(int fd, int family);

/** The address that came with a received datagram. */
AskedAddress asked_address(const msghdr& datagram);

/** Has a datagram leave from that address; `room` has kAskedAddressRoom bytes, is aligned for a cmsghdr and outlives
 * it. */
void reply_from(const AskedAddress& address, void* room, msghdr* datagram);

}  // namespace rtpp
