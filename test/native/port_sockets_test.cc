#include "io/port_sockets.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "check.h"
#include "io/media_socket.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

void close_port(PortSockets* sockets, Fd socket, uint8_t family) {
  if (PortSockets::unbind(socket.get())) sockets->give_back(std::move(socket), family);
}

/** Whether this kernel lets go of a port without closing its socket. */
bool reusable() {
  PortSockets sockets;
  const UdpPeer someone;
  Fd fd;
  CHECK_EQ(sockets.open(endpoint("127.0.0.2", someone.address().port), &fd), 0);
  close_port(&sockets, std::move(fd), 4);
  return sockets.kept() == 1;
}

Endpoint bound(const Fd& fd) {
  sockaddr_storage address;
  socklen_t length = sizeof address;
  CHECK_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&address));
}

/** Ports that the kernel has just given out, so they are of its range, and are free now. */
std::vector<uint16_t> free_ports(size_t count) {
  std::vector<UdpPeer> peers(count);
  std::vector<uint16_t> ports;
  for (const UdpPeer& peer : peers) ports.push_back(peer.address().port);
  return ports;
}

}  // namespace

TEST(a_socket_is_bound_where_it_is_asked_for_again_and_again) {
  PortSockets sockets;
  const std::vector<uint16_t> ports = free_ports(4);
  const char* const hosts[] = {"127.0.0.1", "0.0.0.0", "127.0.0.2", "127.0.0.1"};
  for (size_t i = 0; i < ports.size(); ++i) {
    Fd fd;
    CHECK_EQ(sockets.open(endpoint(hosts[i], ports[i]), &fd), 0);
    CHECK(bound(fd) == endpoint(hosts[i], ports[i]));
    close_port(&sockets, std::move(fd), 4);
    CHECK(sockets.kept() <= 1);
    // Given back, it holds the port no longer.
    CHECK_EQ(create_media_socket(endpoint(hosts[i], ports[i]), true, &fd), 0);
  }
  for (const char* host : {"::1", "::", "::1"}) {
    Fd fd;
    CHECK_EQ(sockets.open(endpoint(host, ports[0]), &fd), 0);
    CHECK(bound(fd) == endpoint(host, ports[0]));
    close_port(&sockets, std::move(fd), 6);
  }
  CHECK_EQ(sockets.kept(), reusable() ? size_t{2} : size_t{0});
}

TEST(what_arrived_at_the_old_port_is_not_found_at_the_new_one) {
  PortSockets sockets;
  const std::vector<uint16_t> ports = free_ports(2);
  Fd fd;
  CHECK_EQ(sockets.open(endpoint("127.0.0.1", ports[0]), &fd), 0);
  const UdpPeer sender;
  CHECK(sender.send(endpoint("127.0.0.1", ports[0]), {1}));
  close_port(&sockets, std::move(fd), 4);
  CHECK_EQ(sockets.open(endpoint("127.0.0.1", ports[1]), &fd), 0);
  char byte;
  CHECK_EQ(::recv(fd.get(), &byte, 1, MSG_DONTWAIT), -1);
  CHECK_EQ(errno, EAGAIN);
  CHECK(sender.send(endpoint("127.0.0.1", ports[1]), {2}));
  CHECK_EQ(::recv(fd.get(), &byte, 1, MSG_DONTWAIT), 1);
}

TEST(the_range_of_the_kernel_is_found_without_proc) {
  if (!reusable()) return;
  unsigned first = 0;
  unsigned last = 0;
  std::FILE* file = std::fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
  CHECK(file != nullptr && std::fscanf(file, "%u %u", &first, &last) == 2);
  std::fclose(file);
  const PortRange range = kernel_port_range();
  CHECK_EQ(range.first, first);
  CHECK_EQ(range.last, last);
}

TEST(why_sockets_are_not_used_again) {
  if (!reusable()) return;
  const PortSockets sockets;
  const PortRange range = kernel_port_range();
  const SocketReuse above = sockets.reuse({range.last, UINT16_MAX});
  CHECK(above.state != Reuse::kOutside);
  CHECK(above.ports.first == range.last && above.ports.last == range.last);
  if (range.first == 1) return;
  const SocketReuse below = sockets.reuse({1, static_cast<uint16_t>(range.first - 1)});
  CHECK(below.state == Reuse::kOutside);
  CHECK(below.ports.first == range.first && below.ports.last == range.last);
}

TEST(a_taken_port_is_refused) {
  PortSockets sockets;
  const UdpPeer taken;
  Fd fd;
  for (int i = 0; i < 100; ++i) CHECK_EQ(sockets.open(taken.address(), &fd), EADDRINUSE);
  CHECK_EQ(sockets.open(endpoint("0.0.0.0", taken.address().port), &fd), EADDRINUSE);
  CHECK_EQ(sockets.open(endpoint("203.0.113.77", taken.address().port), &fd), EADDRNOTAVAIL);
  CHECK(!fd.valid());
  CHECK(sockets.kept() <= 1);
}

TEST(a_port_out_of_the_range_of_the_kernel_is_bound_all_the_same) {
  PortSockets sockets;
  for (int i = 0; i < 200; ++i) {
    const auto port = static_cast<uint16_t>(65'001 + i);
    Fd fd;
    const int error = sockets.open(endpoint("127.0.0.1", port), &fd);
    if (error == EADDRINUSE) continue;
    CHECK_EQ(error, 0);
    CHECK_EQ(bound(fd).port, port);
    close_port(&sockets, std::move(fd), 4);
    CHECK_EQ(sockets.kept(), size_t{0});
  }
}

TEST(only_a_few_are_kept) {
  PortSockets sockets;
  std::vector<std::pair<Fd, uint16_t>> open;
  for (const uint16_t port : free_ports(300)) {
    Fd fd;
    CHECK_EQ(sockets.open(endpoint("127.0.0.1", port), &fd), 0);
    open.emplace_back(std::move(fd), port);
  }
  for (auto& [fd, port] : open) close_port(&sockets, std::move(fd), 4);
  CHECK_EQ(sockets.kept(), reusable() ? size_t{128} : size_t{0});
  sockets.release();
  CHECK_EQ(sockets.kept(), size_t{0});
  for (const auto& [fd, port] : open) {
    Fd again;
    CHECK_EQ(create_media_socket(endpoint("127.0.0.1", port), true, &again), 0);
  }
}
