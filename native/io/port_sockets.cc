#include "io/port_sockets.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "io/media_socket.h"

namespace rtpp {
namespace {

/** Ports that are tried to see whether the kernel chooses those of the media range. */
constexpr uint32_t kSamples = 16;

/** A port that can be bound in the usual way. */
bool bindable(uint16_t port) {
  Endpoint any;
  any.family = 4;
  any.port = port;
  Fd socket;
  return create_media_socket(any, true, &socket) == 0;
}

/** The administrator keeps the kernel from choosing these ports (net.ipv4.ip_local_reserved_ports). */
bool reserved(PortRange ports) {
  bool any = false;
  const uint32_t width = ports.last - ports.first;
  for (uint32_t i = 0; i < kSamples; ++i) {
    const auto port = static_cast<uint16_t>(ports.first + width * i / (kSamples - 1));
    if (try_choice(port) == PortChoice::kChosen) return false;
    any = any || bindable(port);
  }
  return any;
}

}  // namespace

PortSockets::PortSockets() {
  rlimit files{};
  (void)::getrlimit(RLIMIT_NOFILE, &files);
  room_ = std::min<rlim_t>(kMaxKept, files.rlim_cur / kDescriptorsPerKept);
  if (room_ == 0) return;
  range_ = kernel_port_range();
  state_ = range_.empty() ? Reuse::kKernel : Reuse::kOn;
}

SocketReuse PortSockets::reuse(PortRange media) const {
  const PortRange ports = {std::max(media.first, range_.first), std::min(media.last, range_.last)};
  if (state_ != Reuse::kOn) return {state_, ports};
  if (ports.empty()) return {Reuse::kOutside, range_};
  return {reserved(ports) ? Reuse::kReserved : Reuse::kOn, ports};
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
  if (!range_.has(local.port)) return create_media_socket(local, true, out);
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
  if (error == EADDRINUSE && !range_.empty()) kept.push_back(std::move(socket));
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
  range_ = {};
  state_ = Reuse::kReserved;
  release();
}

void PortSockets::release() {
  for (std::vector<Fd>& kept : kept_) kept.clear();
}

void PortSockets::give_back(Fd socket, uint8_t family) {
  std::vector<Fd>& kept = kept_[family == 6];
  if (kept.size() < room_ && !range_.empty()) kept.push_back(std::move(socket));
}

}  // namespace rtpp
