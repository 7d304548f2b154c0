// Prints its port on 127.0.0.1 or ::1 (the argument), then the TOS or traffic class of each datagram that comes there,
// one number a line. Ends with its standard input.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

/** Opens the socket and prints its port; -1 when something fails. */
int open_probe(bool v6) {
  const int fd = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
  const int on = 1;
  const int error = v6 ? ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof on)
                       : ::setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &on, sizeof on);
  if (fd < 0 || error != 0) return -1;
  sockaddr_in four{};
  sockaddr_in6 six{};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  six.sin6_family = AF_INET6;
  six.sin6_addr = in6addr_loopback;
  auto* address = v6 ? reinterpret_cast<sockaddr*>(&six) : reinterpret_cast<sockaddr*>(&four);
  socklen_t length = v6 ? sizeof six : sizeof four;
  if (::bind(fd, address, length) != 0 || ::getsockname(fd, address, &length) != 0) return -1;
  std::printf("%d\n", ntohs(v6 ? six.sin6_port : four.sin_port));
  return fd;
}

/** Receives one datagram; -1 when the kernel did not tell its TOS. */
int receive_tos(int fd) {
  char data[2048];
  alignas(cmsghdr) char control[64];
  iovec part{data, sizeof data};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(fd, &message, 0) < 0) return -1;
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    // The kernel writes one byte for IPv4 and an int for IPv6.
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) return *CMSG_DATA(c);
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS) {
      int value;
      std::memcpy(&value, CMSG_DATA(c), sizeof value);
      return value;
    }
  }
  return -1;
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const int fd = open_probe(argc > 1 && std::strcmp(argv[1], "::1") == 0);
  if (fd < 0) return 1;
  pollfd events[] = {{fd, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (::poll(events, 2, -1) > 0) {
    if (events[1].revents != 0) return 0;
    std::printf("%d\n", receive_tos(fd));
  }
  return 1;
}
