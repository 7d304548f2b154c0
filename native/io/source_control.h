#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/addr.h"

namespace rtpp {

/**
 * Ancillary data of a datagram: the local address that it comes from, by which the kernel also chooses the route
 * (IP_PKTINFO, IPV6_PKTINFO): rules that look at the source apply to it as to a socket that is bound there.
 */
class SourceControl {
 public:
  /** Makes it part of the message; stays in place until that is sent. */
  void attach(const Endpoint& source, msghdr* message);
  static void detach(msghdr* message) {
    message->msg_control = nullptr;
    message->msg_controllen = 0;
  }

 private:
  alignas(cmsghdr) char bytes_[CMSG_SPACE(sizeof(in6_pktinfo))];
};

}  // namespace rtpp
