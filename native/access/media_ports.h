#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "access/policy.h"
#include "base/addr.h"

namespace rtpp {

/** The addresses that this process sends media from: the ports of legs, and those of copies. Any thread. */
class MediaPorts {
 public:
  static MediaPorts& of_process();

  void add(const Endpoint& local);
  void remove(const Endpoint& local);
  /** Some port of that number is one of them. */
  bool has(uint16_t port) const { return hosts_of_[port].load(std::memory_order_relaxed) != 0; }
  /** Some port has been at that address, whatever the number. */
  bool has_host(const Endpoint& address) const;
  /** What comes from there was sent by one of them. */
  bool sends_from(const Endpoint& source, const AccessPolicy& policy) const;

 private:
  /** Local addresses that are told apart; those that come later share a bit, and what they send is not recognised. */
  static constexpr size_t kHosts = 31;

  uint32_t bit_of(const Endpoint& local);

  /** By port number: the bits of the addresses that have it. */
  std::array<std::atomic<uint32_t>, 65536> hosts_of_{};
  std::mutex mutex_;
  std::array<Endpoint, kHosts> hosts_{};
  std::atomic<size_t> count_{0};
};

}  // namespace rtpp
