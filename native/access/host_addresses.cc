#include "access/host_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "access/local_routes.h"

namespace rtpp {
namespace {

void add(std::vector<Endpoint>* to, const sockaddr* address) {
  if (address == nullptr) return;
  Endpoint host = Endpoint::from_sockaddr(address);
  host.port = 0;
  if (!host.empty()) to->push_back(host);
}

bool before(const Endpoint& a, const Endpoint& b) {
  if (a.family != b.family) return a.family < b.family;
  return std::memcmp(a.ip, b.ip, a.family == 6 ? 16 : 4) < 0;
}

/** Blocks that say no more than the addresses of interfaces (`own`, in order) do: most local routes are of one of them.
 */
bool known(const std::vector<Endpoint>& own, const PeerBlock& block) {
  const uint8_t whole = block.first.family == 6 ? 128 : 32;
  return block.prefix == whole && std::binary_search(own.begin(), own.end(), block.first, before);
}

}  // namespace

int read_host_addresses(HostAddresses* out) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return errno;
  HostAddresses found;
  found.routed = out->routed;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    add(&found.own, entry->ifa_addr);
    if ((entry->ifa_flags & IFF_BROADCAST) != 0) add(&found.broadcast, entry->ifa_broadaddr);
  }
  ::freeifaddrs(list);
  // A host may have thousands of both, and this is asked anew while calls are set up.
  std::sort(found.own.begin(), found.own.end(), before);
  // Without a descriptor for the question: what was known before.
  (void)read_local_routes(&found.routed);
  std::erase_if(found.routed, [&](const PeerBlock& block) { return known(found.own, block); });
  *out = std::move(found);
  return 0;
}

}  // namespace rtpp
