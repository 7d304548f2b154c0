#include "access/host_addresses.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "check.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** A network namespace of this process's own, where the host takes whole networks for its own. */
bool make_network() {
  return ::unshare(CLONE_NEWNET) == 0 &&
         std::system(
             "{ ip link set lo up && ip addr add 192.0.2.1/24 dev lo && "
             "ip route add local 198.51.100.0/24 dev lo && ip route add local 203.0.113.9 dev lo && "
             "ip route add 10.0.0.0/8 dev lo && ip route add local 0.0.0.0/0 dev lo table 100 && "
             "ip -6 route add local 2001:db8:5::/64 dev lo; } 2>/dev/null") == 0;
}

}  // namespace

TEST(the_host_has_what_its_local_routes_lead_to) {
  if (!make_network()) {
    std::printf("skipped: no network of our own\n");
    CHECK(std::getenv("CI") == nullptr || ::geteuid() != 0);
    return;
  }
  HostAddresses found;
  CHECK_EQ(read_host_addresses(&found), 0);
  const AccessPolicy policy(1, {}, found);
  for (const char* address : {"192.0.2.1", "192.0.2.77", "198.51.100.7", "203.0.113.9", "2001:db8:5::7", "::1"}) {
    const Context context(address);
    CHECK(policy.ours(endpoint(address, 5004)));
  }
  // Routes to others, and tables that marked packets alone are routed by.
  for (const char* address : {"10.1.2.3", "203.0.113.10", "198.51.101.7", "2001:db8:6::7"}) {
    const Context context(address);
    CHECK(!policy.ours(endpoint(address, 5004)));
  }
  // Addresses of interfaces are not told twice.
  CHECK(std::none_of(found.routed.begin(), found.routed.end(),
                     [](const PeerBlock& block) { return block.prefix == 32 && block.first.ip[0] == 192; }));
}
