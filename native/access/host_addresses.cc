#include "access/host_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <cerrno>

namespace rtpp {
namespace {

void add(std::vector<Endpoint>* to, const sockaddr* address) {
  if (address == nullptr) return;
  Endpoint host = Endpoint::from_sockaddr(address);
  host.port = 0;
  if (!host.empty()) to->push_back(host);
}

}  // namespace

int read_host_addresses(HostAddresses* out) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return errno;
  HostAddresses found;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    add(&found.own, entry->ifa_addr);
    if ((entry->ifa_flags & IFF_BROADCAST) != 0) add(&found.broadcast, entry->ifa_broadaddr);
  }
  ::freeifaddrs(list);
  *out = std::move(found);
  return 0;
}

}  // namespace rtpp
