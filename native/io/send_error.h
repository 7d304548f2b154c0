#pragma once

#include <cstdint>

namespace rtpp {

/** What the errno of a failed send says about the datagram. */
enum class SendError : uint8_t {
  /** The kernel will not send it, by this socket at least: a firewall, no route, too long, an address that is none. */
  kFinal,
  /** The socket has too much under way already, or there is no memory. To wait would cost the other calls their time.
   */
  kFull,
  /** It is about an earlier datagram (an ICMP message to a connected socket): this one was not tried. */
  kEarlier
};

SendError classify_send_error(int error);

/**
 * Whether that can mean that the address to send from is none of the host's, which may have lost it since the peer sent
 * there. The kernel calls it an invalid argument, newer ones (6.18) for IPv4 an unreachable network.
 */
bool may_be_source(int error);

}  // namespace rtpp
