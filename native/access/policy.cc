#include "access/policy.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rtpp {
namespace {

constexpr uint16_t kFirstUserPort = 1024;

/** The address that the kernel would send to; the port stays. */
Endpoint plain(const Endpoint& address) {
  static constexpr uint8_t kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  Endpoint result = address;
  if (address.family == 6 && std::memcmp(address.ip, kMapped, sizeof kMapped) == 0) {
    result = Endpoint{};
    result.family = 4;
    result.port = address.port;
    std::memcpy(result.ip, address.ip + sizeof kMapped, 4);
  }
  if (!result.wildcard()) return result;
  if (result.family == 4) result.ip[0] = 127;
  result.ip[result.family == 4 ? 3 : 15] = 1;
  return result;
}

bool loopback(const Endpoint& host) {
  if (host.family == 4) return host.ip[0] == 127;
  static constexpr uint8_t kLoopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return std::memcmp(host.ip, kLoopback, sizeof kLoopback) == 0;
}

bool multicast(const Endpoint& host) { return host.family == 6 ? host.ip[0] == 0xff : (host.ip[0] & 0xf0) == 0xe0; }

bool limited_broadcast(const Endpoint& host) {
  return host.family == 4 && std::all_of(host.ip, host.ip + 4, [](uint8_t byte) { return byte == 0xff; });
}

bool any_host(const std::vector<Endpoint>& hosts, const Endpoint& peer) {
  return std::any_of(hosts.begin(), hosts.end(), [&](const Endpoint& host) { return host.same_host(peer); });
}

}  // namespace

bool listed(const std::vector<PeerBlock>& blocks, const Endpoint& address) {
  if (blocks.empty()) return false;
  const Endpoint peer = plain(address);
  return std::any_of(blocks.begin(), blocks.end(), [&](const PeerBlock& block) { return block.contains(peer); });
}

bool PeerBlock::contains(const Endpoint& peer) const {
  if (peer.port < first_port || peer.port > last_port) return false;
  if (first.family == 0) return true;
  if (first.family != peer.family) return false;
  const size_t bytes = prefix / 8;
  if (std::memcmp(first.ip, peer.ip, bytes) != 0) return false;
  const int rest = prefix % 8;
  return rest == 0 || ((first.ip[bytes] ^ peer.ip[bytes]) >> (8 - rest)) == 0;
}

AccessPolicy::AccessPolicy(uint32_t version, AccessRules rules, HostAddresses host)
    : version_(version), rules_(std::move(rules)), host_(std::move(host)) {
  for (Endpoint& socket : rules_.control) {
    if (!socket.wildcard()) socket = plain(socket);
  }
}

Denial AccessPolicy::judge(const Endpoint& address) const {
  const Endpoint peer = plain(address);
  for (const Endpoint& socket : rules_.control) {
    if (socket.port == peer.port && commands(peer, socket)) return Denial::kControl;
  }
  if (listed(rules_.allow, peer)) return Denial::kNone;
  if (listed(rules_.deny, peer)) return Denial::kListed;
  if (multicast(peer)) return Denial::kMulticast;
  // Where the prefix is as long as the address, the broadcast address may be given as the host's own.
  if (limited_broadcast(peer) || (any_host(host_.broadcast, peer) && !own(peer))) return Denial::kBroadcast;
  // Port 0 says that there is no stream.
  return peer.port != 0 && peer.port < kFirstUserPort && ours(peer) ? Denial::kWellKnown : Denial::kNone;
}

bool AccessPolicy::reaches(const Endpoint& address, const Endpoint& local) const {
  if (local.empty() || address.port != local.port) return false;
  const Endpoint peer = plain(address);
  // A media port at the IPv6 any-address serves IPv6 alone, so that another program may have its number with IPv4.
  if (local.wildcard() && peer.family != local.family) return false;
  return (local.wildcard() && own(peer)) || peer.same_host(local) || advertised(peer, local);
}

bool AccessPolicy::commands(const Endpoint& peer, const Endpoint& socket) const {
  if (reaches(peer, socket)) return true;
  if (socket.family != 6 || !socket.wildcard()) return false;
  // It may serve IPv4 too.
  Endpoint both = socket;
  both.family = 4;
  return reaches(peer, both);
}

bool AccessPolicy::ours(const Endpoint& address) const {
  const Endpoint peer = plain(address);
  return own(peer) || std::any_of(rules_.aliases.begin(), rules_.aliases.end(),
                                  [&](const Alias& alias) { return alias.advertised.same_host(peer); });
}

bool AccessPolicy::own(const Endpoint& host) const {
  return loopback(host) || any_host(host_.own, host) || listed(host_.routed, host);
}

bool AccessPolicy::advertised(const Endpoint& host, const Endpoint& local) const {
  return std::any_of(rules_.aliases.begin(), rules_.aliases.end(), [&](const Alias& alias) {
    const bool any = local.wildcard() || (alias.local.wildcard() && alias.local.family == local.family);
    return alias.advertised.same_host(host) && (any || alias.local.same_host(local));
  });
}

}  // namespace rtpp
