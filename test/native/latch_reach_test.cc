#include "latch/reach.h"

#include "latch_steps.h"

using namespace rtpp;
using namespace rtpp::test;

TEST(addresses_that_only_their_own_network_reaches) {
  const Endpoint inside[] = {ip(10, 0, 0, 1, 1),   ip(172, 16, 0, 1, 1),  ip(172, 31, 255, 1, 1), ip(192, 168, 0, 1, 1),
                             ip(100, 64, 0, 1, 1), ip(100, 127, 0, 1, 1), ip(169, 254, 0, 1, 1),  ip(127, 0, 0, 1, 1)};
  for (const Endpoint& endpoint : inside) {
    CHECK(unreachable(endpoint, kPeer));
    CHECK(!unreachable(endpoint, endpoint));
    CHECK(!unreachable(kPeer, endpoint));
  }
  for (const Endpoint& outside : {ip(172, 32, 0, 1, 1), ip(100, 128, 0, 1, 1), ip(192, 169, 0, 1, 1), kPeer}) {
    CHECK(!unreachable(outside, kFar));
  }
  CHECK(unreachable(ip(10, 0, 0, 1, 1), ip(192, 168, 0, 1, 1)));
  CHECK(unreachable(kNone, kPeer));
  Endpoint local;
  local.family = 6;
  local.ip[15] = 1;
  Endpoint global = local;
  global.ip[0] = 0x20;
  Endpoint unique = local;
  unique.ip[0] = 0xfd;
  Endpoint link = local;
  link.ip[0] = 0xfe;
  link.ip[1] = 0x80;
  for (const Endpoint& endpoint : {local, unique, link}) CHECK(unreachable(endpoint, global));
  CHECK(!unreachable(global, unique));
}
