#include "access/media_ports.h"

#include <algorithm>

namespace rtpp {

MediaPorts& MediaPorts::of_process() {
  static MediaPorts ports;
  return ports;
}

void MediaPorts::add(const Endpoint& local) {
  hosts_of_[local.port].fetch_or(bit_of(local), std::memory_order_relaxed);
}

void MediaPorts::remove(const Endpoint& local) {
  hosts_of_[local.port].fetch_and(~bit_of(local), std::memory_order_relaxed);
}

bool MediaPorts::sends_from(const Endpoint& source, const AccessPolicy& policy) const {
  const uint32_t bits = hosts_of_[source.port].load(std::memory_order_relaxed);
  const size_t count = count_.load(std::memory_order_acquire);
  for (size_t i = 0; i < count; ++i) {
    if ((bits >> i & 1) == 0) continue;
    Endpoint local = hosts_[i];
    local.port = source.port;
    if (policy.reaches(source, local)) return true;
  }
  return false;
}

bool MediaPorts::has_host(const Endpoint& address) const {
  const size_t count = count_.load(std::memory_order_acquire);
  return std::any_of(hosts_.begin(), hosts_.begin() + count,
                     [&](const Endpoint& host) { return !host.wildcard() && host.same_host(address); });
}

uint32_t MediaPorts::bit_of(const Endpoint& local) {
  const auto known = [&](size_t count) {
    size_t i = 0;
    while (i < count && !hosts_[i].same_host(local)) ++i;
    return i;
  };
  size_t count = count_.load(std::memory_order_acquire);
  if (const size_t i = known(count); i < count) return uint32_t{1} << i;
  const std::lock_guard lock(mutex_);
  count = count_.load(std::memory_order_relaxed);
  const size_t i = known(count);
  if (i < count || count == kHosts) return uint32_t{1} << i;
  hosts_[count] = local;
  hosts_[count].port = 0;
  count_.store(count + 1, std::memory_order_release);
  return uint32_t{1} << count;
}

}  // namespace rtpp
