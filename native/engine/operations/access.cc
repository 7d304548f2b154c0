#include "engine/operations/access.h"

#include <utility>

#include "access/host_addresses.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {
namespace {

/** An address that the host gets is known after so long, when a leg is opened or an address judged. */
constexpr int64_t kHostPeriodNs = 1'000'000'000;

}  // namespace

void Engine::set_access(AccessRules rules) {
  access_rules_ = std::move(rules);
  HostAddresses host = policy_ == nullptr ? HostAddresses{} : policy_->host();
  // Without a descriptor for the question: what was known before, and loopback at least.
  (void)read_host_addresses(&host);
  host_read_ns_ = now_ns();
  adopt(std::move(host));
}

Denial Engine::judge(const Endpoint& peer) {
  refresh_host();
  return policy_->judge(peer);
}

void Engine::refresh_host() {
  const int64_t now = now_ns();
  if (now - host_read_ns_ < kHostPeriodNs) return;
  host_read_ns_ = now;
  HostAddresses host = policy_->host();
  if (read_host_addresses(&host) == 0 && host != policy_->host()) adopt(std::move(host));
}

void Engine::adopt(HostAddresses host) {
  const uint32_t version = policy_ == nullptr ? 0 : policy_->version();
  auto next = std::make_unique<const AccessPolicy>(version + 1 == 0 ? 1 : version + 1, access_rules_, std::move(host));
  for (const auto& worker : workers_) worker->post({nullptr, op::Adopt{next.get()}});
  // Nobody looks into the one before any more.
  sync();
  policy_ = std::move(next);
}

void op::Adopt::apply(WorkerParts* worker, Session* /*none*/) const { worker->admission.adopt(policy); }

}  // namespace rtpp
