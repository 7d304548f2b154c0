#include "io/icmp_listener.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <vector>

#include "check.h"
#include "udp_peer.h"
#include "wait.h"

using rtpp::Endpoint;
using rtpp::Fd;
using rtpp::IcmpListener;
using rtpp::Unreachable;
using rtpp::test::Bytes;
using rtpp::test::eventually;
using rtpp::test::UdpPeer;

namespace {

/** Whether raw sockets can be opened here. */
bool granted() {
  const Fd fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  return fd.valid();
}

/** An address of this host where nobody listens. */
Endpoint nobody(const char* host) { return UdpPeer(host).address(); }

}  // namespace

TEST(packets_that_do_not_arrive_are_heard_of) {
  if (!granted()) {
    std::printf("skipped: no raw sockets\n");
    return;
  }
  IcmpListener listener;
  for (const char* host : {"127.0.0.1", "::1"}) {
    const UdpPeer party(host);
    const Endpoint target = nobody(host);
    CHECK(party.send(target, Bytes(12)));
    // Others of this machine may send in vain, too.
    const auto ours = [&party, &target](const Unreachable& message) {
      return message.local == party.address() && message.remote == target && message.error == ECONNREFUSED;
    };
    CHECK(eventually([&] { return std::ranges::any_of(listener.take(), ours); }));
    CHECK(std::ranges::none_of(listener.take(), ours));
  }
}

TEST(of_a_flood_the_first_ones_are_looked_at) {
  if (!granted()) return;
  IcmpListener listener;
  const UdpPeer party;
  const Endpoint target = nobody("127.0.0.1");
  for (int i = 0; i < 2000; ++i) (void)party.send(target, Bytes(12));
  CHECK(listener.take().size() <= 64);
}
