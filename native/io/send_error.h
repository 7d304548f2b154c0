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

}  // namespace rtpp
