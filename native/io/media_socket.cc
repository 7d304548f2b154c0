#include "io/media_socket.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <sys/socket.h>

#include <cerrno>

namespace rtpp {
namespace {

constexpr int kReceiveBuffer = 262144;
/** SO_BINDTOIFINDEX, which headers older than Linux 5.0 do not have. */
constexpr int kBindToIndex = 62;

template <typename Value>
Value socket_option(int fd, int option) {
  Value value{};
  socklen_t size = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : Value{};
}

}  // namespace

int open_media_socket(const Endpoint& local, int tos, Fd* out) {
  Fd fd;
  if (const int error = create_media_socket(local, true, &fd); error != 0) return error;
  if (const int error = set_media_options(fd.get(), local.family == 6, tos); error != 0) return error;
  *out = std::move(fd);
  return 0;
}

int create_media_socket(const Endpoint& local, bool bound, Fd* out) {
  const bool v6 = local.family == 6;
  Fd fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return errno;
  const int on = 1;
  if (v6 && ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) != 0) return errno;
  sockaddr_storage addr;
  const socklen_t len = local.to_sockaddr(&addr);
  if (bound && ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&addr), len) != 0) return errno;
  *out = std::move(fd);
  return 0;
}

int set_media_options(int fd, bool v6, int tos) {
  if (!v6 && tos != kNoTos) {
    if (const int error = set_media_tos(fd, tos); error != 0) return error;
  }
  const int on = 1;
  // Both are best effort: the kernel caps the first silently, and without the second only a counter stays 0.
  (void)::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  (void)::setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on);
  return 0;
}

void reply_from_arrival(int fd, const Endpoint& local) {
  if (!local.wildcard()) return;
  const int on = 1;
  if (local.family == 6) {
    (void)::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  } else {
    (void)::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  }
}

int connect_media_socket(int fd, const Endpoint& remote) {
  sockaddr_storage addr;
  const socklen_t len = remote.to_sockaddr(&addr);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&addr), len) == 0 ? 0 : errno;
}

int set_media_tos(int fd, int tos) { return ::setsockopt(fd, IPPROTO_IP, IP_TOS, &tos, sizeof tos) == 0 ? 0 : errno; }

SocketRoute route_of(int fd) {
  return {socket_option<uint32_t>(fd, SO_MARK), socket_option<int32_t>(fd, kBindToIndex)};
}

int source_address_towards(const Endpoint& remote, Endpoint* out) {
  Fd fd(::socket(remote.family == 6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return errno;
  Endpoint target = remote;
  target.port = 9;  // any port will do: connect() of a UDP socket sends nothing
  sockaddr_storage addr;
  socklen_t len = target.to_sockaddr(&addr);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&addr), len) != 0) return errno;
  len = sizeof addr;
  if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&addr), &len) != 0) return errno;
  *out = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&addr));
  out->port = 0;
  return 0;
}

}  // namespace rtpp
