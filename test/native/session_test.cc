#include "engine/session.h"

#include <cerrno>

#include "check.h"
#include "udp_peer.h"

using rtpp::Unreachable;
using rtpp::UnreachedAddress;
using rtpp::test::endpoint;

namespace {

const rtpp::Endpoint kOurs = endpoint("10.0.0.1", 35000);
const rtpp::Endpoint kParty = endpoint("10.0.0.2", 4000);

}  // namespace

TEST(messages_without_a_pause_are_recent) {
  UnreachedAddress unreached;
  for (int second = 0; second < 10; ++second) unreached.add({kOurs, kParty, ECONNREFUSED, 48}, 1e9 + second);
  CHECK_EQ(unreached.messages, 480u);
  CHECK_EQ(unreached.recent, 480u);
  // As hosts send them that send few.
  unreached.add({kOurs, kParty, EHOSTUNREACH, 1}, 1e9 + 14);
  CHECK_EQ(unreached.recent, 481u);
  CHECK_EQ(unreached.error, EHOSTUNREACH);
  CHECK_EQ(unreached.at, 1e9 + 14);
}

TEST(of_a_packet_lost_now_and_then_there_is_one_recent_message) {
  UnreachedAddress unreached;
  for (int i = 0; i < 100; ++i) {
    unreached.add({kOurs, kParty, ECONNREFUSED, 1}, 1e9 + 7 * i);
    CHECK_EQ(unreached.recent, 1u);
  }
  CHECK_EQ(unreached.messages, 100u);
}

TEST(of_another_address_nothing_is_known_before) {
  UnreachedAddress unreached;
  unreached.add({kOurs, kParty, ECONNREFUSED, 3}, 1e9);
  const rtpp::Endpoint moved = endpoint("10.0.0.2", 4002);
  unreached.add({kOurs, moved, ECONNREFUSED, 2}, 1e9 + 1);
  CHECK(unreached.address == moved);
  CHECK_EQ(unreached.messages, 2u);
  CHECK_EQ(unreached.recent, 2u);
}
