#include "control/control_gate.h"

#include <utility>

#include "access/host_addresses.h"
#include "access/media_ports.h"

namespace rtpp {
namespace {

/** An address that the host gets is known after so long. */
constexpr int64_t kHostPeriodNs = 1'000'000'000;

}  // namespace

void ControlGate::allow_only(std::vector<PeerBlock> blocks) {
  const std::lock_guard lock(mutex_);
  allowed_ = std::move(blocks);
}

bool ControlGate::admits(const Endpoint& source, int64_t now_ns) {
  const bool media = from_media_port(source, now_ns);
  const std::lock_guard lock(mutex_);
  if (!media && (allowed_.empty() || listed(allowed_, source))) return true;
  ++denied_.count;
  denied_.last = source;
  return false;
}

bool ControlGate::from_media_port(const Endpoint& source, int64_t now_ns) {
  const MediaPorts& ports = MediaPorts::of_process();
  if (!ports.has(source.port)) return false;
  if (host_read_ns_ == 0 || now_ns - host_read_ns_ >= kHostPeriodNs) {
    host_read_ns_ = now_ns;
    HostAddresses host = policy_.host();
    (void)read_host_addresses(&host);
    policy_ = AccessPolicy(1, {}, std::move(host));
  }
  return ports.sends_from(source, policy_);
}

bool ControlGate::has_news() {
  const uint64_t count = denied().count;
  if (count < next_news_) return false;
  while (next_news_ <= count) next_news_ *= 10;
  return true;
}

ControlGate::Denied ControlGate::denied() {
  const std::lock_guard lock(mutex_);
  return denied_;
}

}  // namespace rtpp
