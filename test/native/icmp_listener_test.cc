#include "io/icmp_listener.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <initializer_list>
#include <utility>

#include "check.h"
#include "udp_peer.h"
#include "wait.h"

using rtpp::Endpoint;
using rtpp::Fd;
using rtpp::IcmpListener;
using rtpp::Unreachable;
using rtpp::test::Bytes;
using rtpp::test::eventually;
using rtpp::test::sleep_ms;
using rtpp::test::UdpPeer;

namespace {

/** Whether raw sockets can be opened here. */
bool granted() {
  const Fd fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP));
  return fd.valid();
}

/** An address of this host where nobody listens. */
Endpoint nobody(const char* host) { return UdpPeer(host).address(); }

/** Whose datagrams are of interest: others of this machine may send in vain, too. */
struct Asked : rtpp::RtpPorts {
  explicit Asked(std::initializer_list<const UdpPeer*> parties) {
    for (const UdpPeer* party : parties) add(party->address().port);
  }
};

/** Sends a datagram to so many places where nobody listens. */
void send_in_vain(const UdpPeer& party, const char* host, int places) {
  for (int i = 0; i < places; ++i) CHECK(party.send(nobody(host), Bytes(12)));
}

}  // namespace

TEST(packets_that_do_not_arrive_are_heard_of) {
  if (!granted()) {
    std::printf("skipped: no raw sockets\n");
    return;
  }
  for (const char* host : {"127.0.0.1", "::1"}) {
    const UdpPeer party(host);
    const Asked asked{&party};
    IcmpListener listener(asked);
    const Endpoint target = nobody(host);
    CHECK(party.send(target, Bytes(12)));
    const auto ours = [&party, &target](const Unreachable& way) {
      return way.local == party.address() && way.remote == target && way.error == ECONNREFUSED;
    };
    CHECK(eventually([&] { return std::ranges::any_of(listener.take(), ours); }));
    CHECK(std::ranges::none_of(listener.take(), ours));
  }
}

TEST(where_nothing_arrives_takes_one_place_however_often_it_is_said) {
  if (!granted()) return;
  const UdpPeer party;
  const Asked asked{&party};
  IcmpListener listener(asked);
  const Endpoint target = nobody("127.0.0.1");
  for (int i = 0; i < 100; ++i) CHECK(party.send(target, Bytes(12)));
  uint32_t messages = 0;
  CHECK(eventually([&] {
    const auto ways = listener.take();
    CHECK(ways.size() <= 1);
    for (const Unreachable& way : ways) messages += way.messages;
    return messages == 100;
  }));
}

TEST(what_other_programs_send_in_vain_takes_no_place) {
  if (!granted()) return;
  const UdpPeer party;
  const UdpPeer other;
  const Asked asked{&party};
  IcmpListener listener(asked);
  send_in_vain(other, "127.0.0.1", 100);
  send_in_vain(party, "127.0.0.1", 1);
  sleep_ms(50);
  const auto ways = listener.take();
  CHECK_EQ(ways.size(), 1u);
  CHECK(ways[0].local == party.address());
}

TEST(each_family_has_places_of_its_own) {
  if (!granted()) return;
  for (const auto& [flooded, quiet] : {std::pair{"127.0.0.1", "::1"}, std::pair{"::1", "127.0.0.1"}}) {
    const UdpPeer many(flooded);
    const UdpPeer one(quiet);
    const Asked asked{&many, &one};
    IcmpListener listener(asked);
    send_in_vain(many, flooded, 100);
    send_in_vain(one, quiet, 1);
    sleep_ms(50);
    const auto ways = listener.take();
    CHECK_EQ(ways.size(), 65u);
    CHECK_EQ(std::ranges::count_if(ways, [&](const Unreachable& way) { return way.local == one.address(); }), 1);
  }
}
