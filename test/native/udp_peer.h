#pragma once

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "base/fd.h"
#include "rtp_bytes.h"

namespace rtpp::test {

/** Address in numbers, such as `127.0.0.1` or `::1`. */
inline Endpoint endpoint(const char* host, uint16_t port) {
  Endpoint result;
  result.port = port;
  result.family = ::inet_pton(AF_INET, host, result.ip) == 1 ? 4 : 6;
  if (result.family == 6) ::inet_pton(AF_INET6, host, result.ip);
  return result;
}

/** A phone: a UDP socket on loopback, on a port that the kernel chooses or a given one. */
class UdpPeer {
 public:
  explicit UdpPeer(const char* host = "127.0.0.1", uint16_t port = 0) {
    const Endpoint local = rtpp::test::endpoint(host, port);
    fd_.reset(::socket(local.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_storage addr;
    socklen_t len = local.to_sockaddr(&addr);
    (void)::bind(fd_.get(), reinterpret_cast<sockaddr*>(&addr), len);
    len = sizeof addr;
    (void)::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&addr), &len);
    address_ = Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&addr));
    const int on = 1;
    (void)::setsockopt(fd_.get(), IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
  }

  /** Where it can be reached. */
  const Endpoint& address() const { return address_; }
  int fd() const { return fd_.get(); }

  bool send(const Endpoint& to, const Bytes& bytes) const {
    sockaddr_storage addr;
    const socklen_t len = to.to_sockaddr(&addr);
    return ::sendto(fd_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&addr), len) ==
           static_cast<ssize_t>(bytes.size());
  }

  /** The next datagram and where it came from; false when none comes within `ms`. */
  bool receive(Bytes* bytes, Endpoint* from, int ms = 5000) const {
    pollfd ready{fd_.get(), POLLIN, 0};
    if (::poll(&ready, 1, ms) != 1) return false;
    bytes->resize(65536);
    sockaddr_storage addr;
    socklen_t len = sizeof addr;
    const ssize_t size =
        ::recvfrom(fd_.get(), bytes->data(), bytes->size(), 0, reinterpret_cast<sockaddr*>(&addr), &len);
    if (size < 0) return false;
    bytes->resize(static_cast<size_t>(size));
    *from = Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&addr));
    return true;
  }

  /** The TOS byte of the next datagram; -1 when there is none within `ms`. */
  int receive_tos(int ms = 5000) const {
    pollfd ready{fd_.get(), POLLIN, 0};
    if (::poll(&ready, 1, ms) != 1) return -1;
    alignas(cmsghdr) char control[64];
    uint8_t byte;
    iovec part{&byte, 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    (void)::recvmsg(fd_.get(), &message, 0);
    const cmsghdr* told = CMSG_FIRSTHDR(&message);
    return told != nullptr && told->cmsg_type == IP_TOS ? *CMSG_DATA(told) : -1;
  }

 private:
  Fd fd_;
  Endpoint address_;
};

}  // namespace rtpp::test
