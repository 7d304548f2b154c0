#include "io/port_range.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/addr.h"
#include "base/fd.h"
#include "io/media_socket.h"

namespace rtpp {
namespace {

/** IP_LOCAL_PORT_RANGE, which headers older than Linux 6.3 do not have. The value is first port | last port << 16. */
constexpr int kLocalPortRange = 51;

Endpoint any_port() {
  Endpoint any;
  any.family = 4;
  return any;
}

/** A port that the kernel has just chosen; 0 when there is none, or it cannot be told what to choose from. */
uint16_t some_port() {
  Fd socket;
  if (create_media_socket(any_port(), true, &socket) != 0) return 0;
  const uint16_t port = port_of(socket.get());
  return try_choice(port) == PortChoice::kOutside ? 0 : port;
}

}  // namespace

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

PortChoice try_choice(uint16_t port) {
  Fd socket;
  if (create_media_socket(any_port(), false, &socket) != 0) return PortChoice::kOutside;
  if (!choose_from(socket.get(), port)) return PortChoice::kOutside;
  sockaddr_storage address;
  const socklen_t length = any_port().to_sockaddr(&address);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0) {
    return errno == EADDRINUSE ? PortChoice::kRefused : PortChoice::kOutside;
  }
  return port_of(socket.get()) == port ? PortChoice::kChosen : PortChoice::kOutside;
}

PortRange kernel_port_range() {
  const uint16_t inside = some_port();
  if (inside == 0) return {};
  uint16_t first = inside;
  for (uint16_t below = 0; first - below > 1;) {
    const auto middle = static_cast<uint16_t>(below + (first - below) / 2);
    (try_choice(middle) == PortChoice::kOutside ? below : first) = middle;
  }
  uint16_t last = inside;
  for (uint32_t above = UINT16_MAX + 1; above - last > 1;) {
    const auto middle = static_cast<uint16_t>(last + (above - last) / 2);
    if (try_choice(middle) == PortChoice::kOutside) {
      above = middle;
    } else {
      last = middle;
    }
  }
  return {first, last};
}

}  // namespace rtpp
