#pragma once

#include <linux/sock_diag.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "address.h"

namespace load {

/** Non-blocking UDP socket of one phone. Its packets carry the kernel's time of arrival. */
class PhoneSocket {
 public:
  /** Binds to `local`. @throws std::system_error */
  explicit PhoneSocket(const Address& local)
      : fd_(::socket(local.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "socket");
    // The system's maximum applies. It holds seconds of a phone's packets, which are read in batches.
    constexpr int kReceiveBuffer = 4 << 20;
    constexpr int kOn = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
    ::setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &kOn, sizeof kOn);
    if (::bind(fd_, local.data(), local.size()) != 0) {
      const int error = errno;
      ::close(fd_);
      throw std::system_error(error, std::generic_category(), "bind");
    }
  }
  PhoneSocket(PhoneSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  PhoneSocket& operator=(PhoneSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~PhoneSocket() {
    if (fd_ >= 0) ::close(fd_);
  }

  int fd() const { return fd_; }

  /** Packets that the kernel has dropped because the generator did not read in time. */
  uint32_t dropped() const {
    uint32_t info[SK_MEMINFO_VARS] = {};
    socklen_t size = sizeof info;
    ::getsockopt(fd_, SOL_SOCKET, SO_MEMINFO, info, &size);
    return info[SK_MEMINFO_DROPS];
  }

 private:
  int fd_;
};

/** Each phone has one descriptor. */
inline void raise_file_limit() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/** A bound socket whose port is to be named in the session list. */
struct ReservedPort {
  uint16_t port;
  PhoneSocket socket;
};

/**
 * Binds `count` free even ports. They are below those that Linux gives to clients and those that a relay uses by
 * default, so the two do not get in each other's way however many there are. @throws std::runtime_error
 */
inline std::vector<ReservedPort> reserve_ports(unsigned count, const std::string& ip) {
  constexpr unsigned kFirst = 10000;
  constexpr unsigned kPorts = (32768 - kFirst) / 2;
  std::vector<ReservedPort> reserved;
  reserved.reserve(count);
  const unsigned start = std::random_device{}() % kPorts;
  for (unsigned i = 0; i < kPorts && reserved.size() < count; ++i) {
    const auto port = static_cast<uint16_t>(kFirst + (start + i) % kPorts * 2);
    try {
      reserved.push_back({port, PhoneSocket(Address(ip, port))});
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::address_in_use) throw;
    }
  }
  if (reserved.size() < count) throw std::runtime_error("not enough free ports for the phones");
  return reserved;
}

}  // namespace load
