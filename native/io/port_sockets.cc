#include "io/port_sockets.h"

#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "io/media_socket.h"

namespace rtpp {
namespace {

/** IP_LOCAL_PORT_RANGE, which headers older than Linux 6.3 do not have. The value is first port | last port << 16. */
constexpr int kLocalPortRange = 51;

/** Only the port that the kernel chose itself is given up by disconnecting, so it is left one to choose from. */
bool choose_from(int socket, uint16_t port) {
  const uint32_t range = port | uint32_t{port} << 16;
  return ::setsockopt(socket, IPPROTO_IP, kLocalPortRange, &range, sizeof range) == 0;
}

uint16_t port_of(int socket) {
  sockaddr_storage address;
  socklen_t length = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&address)).port;
}

}  // namespace

PortSockets::PortSockets(bool reuse) {
  if (!reuse) return;
  rlimit files{};
  (void)::getrlimit(RLIMIT_NOFILE, &files);
  room_ = std::min<rlim_t>(kMaxKept, files.rlim_cur / kDescriptorsPerKept);
  if (room_ == 0) return;
  unsigned first = 0;
  unsigned last = 0;
  std::FILE* file = std::fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
  if (file == nullptr) return;
  const bool known = std::fscanf(file, "%u %u", &first, &last) == 2;
  std::fclose(file);
  if (!known || first == 0 || last > UINT16_MAX) return;
  Fd socket;
  Endpoint any;
  any.family = 4;
  const auto port = static_cast<uint16_t>(first);
  if (create_media_socket(any, false, &socket) != 0 || !choose_from(socket.get(), port)) return;
  first_ = port;
  last_ = static_cast<uint16_t>(last);
}

bool PortSockets::unbind(int socket) {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  if (::connect(socket, &nowhere, sizeof nowhere) != 0 || port_of(socket) != 0) return false;
  // What has arrived at this port is not for the next one.
  while (::recv(socket, nullptr, 0, MSG_DONTWAIT | MSG_TRUNC) >= 0) continue;
  return true;
}

int PortSockets::open(const Endpoint& local, Fd* out) {
  // Out of the kernel's own range the choice is not left to us.
  if (local.port < first_ || local.port > last_) return create_media_socket(local, true, out);
  std::vector<Fd>& kept = kept_[local.family == 6];
  Fd socket;
  if (!kept.empty()) {
    socket = std::move(kept.back());
    kept.pop_back();
  } else if (const int error = create_media_socket(local, false, &socket); error != 0) {
    return error;
  }
  if (bind_again(socket.get(), local)) {
    refusals_ = 0;
    *out = std::move(socket);
    return 0;
  }
  // The port is taken, or the administrator keeps it from being chosen.
  const int error = create_media_socket(local, true, out);
  if (error == 0) refused();
  if (error == EADDRINUSE && first_ <= last_) kept.push_back(std::move(socket));
  return error;
}

bool PortSockets::bind_again(int socket, const Endpoint& local) const {
  Endpoint address = local;
  address.port = 0;
  sockaddr_storage storage;
  const socklen_t length = address.to_sockaddr(&storage);
  if (!choose_from(socket, local.port)) return false;
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&storage), length) != 0) return false;
  if (port_of(socket) == local.port) return true;
  // The kernel's range has changed.
  (void)unbind(socket);
  return false;
}

void PortSockets::refused() {
  if (++refusals_ < kMaxRefusals) return;
  first_ = 1;
  last_ = 0;
  release();
}

void PortSockets::release() {
  for (std::vector<Fd>& kept : kept_) kept.clear();
}

void PortSockets::give_back(Fd socket, uint8_t family) {
  std::vector<Fd>& kept = kept_[family == 6];
  if (kept.size() < room_ && first_ <= last_) kept.push_back(std::move(socket));
}

}  // namespace rtpp
