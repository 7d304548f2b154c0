#include "io/shared/source_cache.h"

#include "io/media_socket.h"

namespace rtpp {
namespace {

/** How long a change of the routing table may go unnoticed. */
constexpr int64_t kLifetime = 3'000'000'000;

size_t place_of(const Endpoint& remote) {
  uint32_t hash = 2166136261;
  for (const uint8_t byte : remote.ip) hash = (hash ^ byte) * 16777619;
  return hash ^ hash >> 16;
}

}  // namespace

const Endpoint& SourceCache::towards(const Endpoint& remote, int64_t now_ns) {
  Entry& entry = entries_[place_of(remote) % kEntries];
  if (now_ns >= entry.until_ns || !entry.remote.same_host(remote)) {
    entry.remote = remote;
    entry.until_ns = now_ns + kLifetime;
    if (source_address_towards(remote, &entry.source) != 0) entry.source = Endpoint{};
  }
  return entry.source;
}

}  // namespace rtpp
