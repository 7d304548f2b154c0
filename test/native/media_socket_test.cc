#include "io/media_socket.h"

#include <fcntl.h>
#include <netinet/ip.h>

#include <cerrno>

#include "check.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

int option(int fd, int level, int name) {
  int value = -1;
  socklen_t len = sizeof value;
  (void)::getsockopt(fd, level, name, &value, &len);
  return value;
}

}  // namespace

TEST(an_ipv4_socket_has_the_options_of_media_md_1_3) {
  Fd fd;
  CHECK_EQ(open_media_socket(endpoint("127.0.0.1", 0), 0xb8, &fd), 0);
  CHECK_EQ(option(fd.get(), IPPROTO_IP, IP_TOS), 0xb8);
  CHECK_EQ(option(fd.get(), SOL_SOCKET, SO_RXQ_OVFL), 1);
  // The kernel doubles what is asked for, up to its own limit.
  CHECK(option(fd.get(), SOL_SOCKET, SO_RCVBUF) > 0);
  CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0);
  CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST(an_ipv6_socket_is_for_ipv6_alone_and_has_no_tos) {
  Fd fd;
  CHECK_EQ(open_media_socket(endpoint("::1", 0), 0xb8, &fd), 0);
  CHECK_EQ(option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY), 1);
  CHECK_EQ(option(fd.get(), IPPROTO_IPV6, IPV6_TCLASS), 0);
}

TEST(the_tos_byte_is_left_alone_or_changed) {
  Fd fd;
  CHECK_EQ(open_media_socket(endpoint("127.0.0.1", 0), kNoTos, &fd), 0);
  CHECK_EQ(option(fd.get(), IPPROTO_IP, IP_TOS), 0);
  CHECK_EQ(set_media_tos(fd.get(), 300), 0);
  CHECK_EQ(option(fd.get(), IPPROTO_IP, IP_TOS), 44);
  CHECK_EQ(set_media_tos(-1, 0), EBADF);
}

TEST(errors_are_told_and_nothing_is_opened) {
  const UdpPeer taken;
  Fd fd;
  CHECK_EQ(open_media_socket(taken.address(), kNoTos, &fd), EADDRINUSE);
  CHECK_EQ(open_media_socket(endpoint("203.0.113.77", 0), kNoTos, &fd), EADDRNOTAVAIL);
  CHECK(!fd.valid());
}

TEST(source_addresses) {
  Endpoint local;
  CHECK_EQ(source_address_towards(endpoint("127.0.0.9", 1234), &local), 0);
  CHECK(local == endpoint("127.0.0.1", 0));
  CHECK_EQ(source_address_towards(endpoint("::1", 0), &local), 0);
  CHECK(local == endpoint("::1", 0));
}
