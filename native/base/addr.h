#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>

namespace rtpp {

/** IP address and UDP port, or nothing (`family` 0). An IPv4 address fills the first four bytes of `ip`, the rest is 0.
 */
struct Endpoint {
  uint8_t ip[16] = {};
  /** Host byte order. */
  uint16_t port = 0;
  /** 4, 6, or 0 for none. IPv4-mapped IPv6 addresses stay IPv6. */
  uint8_t family = 0;

  bool empty() const { return family == 0; }
  bool same_host(const Endpoint& other) const {
    return family == other.family && std::memcmp(ip, other.ip, sizeof ip) == 0;
  }
  bool operator==(const Endpoint& other) const { return port == other.port && same_host(other); }
  /** `0.0.0.0` or `::`. */
  bool wildcard() const {
    static constexpr uint8_t kZero[16] = {};
    return std::memcmp(ip, kZero, sizeof ip) == 0;
  }

  /** Empty for anything but AF_INET and AF_INET6. */
  static Endpoint from_sockaddr(const sockaddr* addr) {
    Endpoint endpoint;
    if (addr->sa_family == AF_INET) {
      const auto* v4 = reinterpret_cast<const sockaddr_in*>(addr);
      endpoint.family = 4;
      endpoint.port = ntohs(v4->sin_port);
      std::memcpy(endpoint.ip, &v4->sin_addr, 4);
    } else if (addr->sa_family == AF_INET6) {
      const auto* v6 = reinterpret_cast<const sockaddr_in6*>(addr);
      endpoint.family = 6;
      endpoint.port = ntohs(v6->sin6_port);
      std::memcpy(endpoint.ip, &v6->sin6_addr, 16);
    }
    return endpoint;
  }

  /** Fills `out` (scope and flow label 0) and returns its length. */
  socklen_t to_sockaddr(sockaddr_storage* out) const {
    if (family == 6) {
      sockaddr_in6 v6{};
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      std::memcpy(&v6.sin6_addr, ip, 16);
      std::memcpy(out, &v6, sizeof v6);
      return sizeof v6;
    }
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, ip, 4);
    std::memcpy(out, &v4, sizeof v4);
    return sizeof v4;
  }
};

}  // namespace rtpp
