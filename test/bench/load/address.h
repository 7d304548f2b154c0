#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

namespace load {

/** IPv4 or IPv6 address with a UDP port. */
class Address {
 public:
  /** @throws std::runtime_error when `ip` is not a numeric address */
  Address(const std::string& ip, uint16_t port) {
    if (::inet_pton(AF_INET, ip.c_str(), &v4()->sin_addr) == 1) {
      v4()->sin_family = AF_INET;
      v4()->sin_port = htons(port);
    } else if (::inet_pton(AF_INET6, ip.c_str(), &v6()->sin6_addr) == 1) {
      v6()->sin6_family = AF_INET6;
      v6()->sin6_port = htons(port);
    } else {
      throw std::runtime_error("not an IP address: " + ip);
    }
  }

  int family() const { return storage_.ss_family; }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in); }

  /** Whether a packet came from here. */
  bool same(const sockaddr_storage& other) const {
    if (other.ss_family != storage_.ss_family) return false;
    if (family() == AF_INET) {
      const auto* that = reinterpret_cast<const sockaddr_in*>(&other);
      return that->sin_port == v4()->sin_port && that->sin_addr.s_addr == v4()->sin_addr.s_addr;
    }
    const auto* that = reinterpret_cast<const sockaddr_in6*>(&other);
    return that->sin6_port == v6()->sin6_port &&
           std::memcmp(&that->sin6_addr, &v6()->sin6_addr, sizeof that->sin6_addr) == 0;
  }

 private:
  sockaddr_in* v4() { return reinterpret_cast<sockaddr_in*>(&storage_); }
  sockaddr_in6* v6() { return reinterpret_cast<sockaddr_in6*>(&storage_); }
  const sockaddr_in* v4() const { return reinterpret_cast<const sockaddr_in*>(&storage_); }
  const sockaddr_in6* v6() const { return reinterpret_cast<const sockaddr_in6*>(&storage_); }

  sockaddr_storage storage_ = {};
};

}  // namespace load
