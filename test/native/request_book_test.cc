#include "control/request_book.h"

#include <cstring>
#include <string>
#include <vector>

#include "check.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

ControlPeer peer(uint16_t port, ControlSocketId socket = 1) {
  ControlPeer peer;
  peer.socket = socket;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(0xc0000207);
  peer.length = sizeof address;
  std::memcpy(&peer.address, &address, sizeof address);
  return peer;
}

/** A book, its clock, and what it has sent. */
struct Rig {
  void arrived(const std::string& datagram, uint16_t port = 5000, ControlSocketId socket = 1) {
    book.arrived(datagram, peer(port, socket), now, &out);
  }

  std::vector<std::string> take(size_t max = 8) {
    std::vector<std::string> commands;
    const size_t count = book.take(buffer, sizeof buffer, requests, max);
    for (size_t i = 0; i < count; ++i) {
      commands.emplace_back(reinterpret_cast<char*>(buffer) + requests[i].offset, requests[i].size);
    }
    return commands;
  }

  void reply(size_t index, const std::string& text) { book.reply(requests[index].id, text, now, &out); }

  /** What was sent since the last call, `port:text` each. */
  std::string sent() {
    std::string all;
    for (const auto& item : out.items) {
      const uint16_t port = Endpoint::from_sockaddr(item.peer.sockaddress()).port;
      all += std::to_string(port) + ':' + out.bytes.substr(item.offset, item.size);
    }
    out.clear();
    return all;
  }

  RequestBook book;
  ControlOutbox out;
  int64_t now = 1000;
  uint8_t buffer[2 * kMaxCommand];
  ControlRequest requests[8];
};

}  // namespace

TEST(a_command_is_taken_and_its_reply_goes_to_who_sent_it) {
  Rig rig;
  rig.arrived("c1 U x");
  CHECK(rig.book.waiting());
  CHECK_EQ(rig.sent(), std::string());
  CHECK_EQ(rig.take().at(0), std::string(" U x"));
  CHECK(!rig.book.waiting());
  const ControlRequest& request = rig.requests[0];
  CHECK_EQ(request.socket, 1);
  CHECK_EQ(request.room, 1023 - 3);
  CHECK_EQ(request.family, 4);
  CHECK_EQ(request.port, 5000);
  CHECK_EQ(request.ip[0], static_cast<int32_t>(htonl(0xc0000207)));
  rig.reply(0, "1 2\n");
  CHECK_EQ(rig.sent(), std::string("5000:c1 1 2\n"));
}

TEST(a_repeated_command_gets_the_reply_again_from_wherever_it_comes) {
  Rig rig;
  rig.arrived("c1 U x");
  rig.take();
  rig.reply(0, "1\n");
  rig.sent();
  rig.arrived("c1 U x\n", 6000);
  rig.now += ReplyCache::kLifeMs - 1;
  rig.arrived("  c1   U x", 6001, 2);
  CHECK_EQ(rig.sent(), std::string("6000:c1 1\n6001:c1 1\n"));
  CHECK_EQ(rig.book.figures().repeated, 2);
  CHECK(!rig.book.waiting());
  rig.now += 1;
  rig.arrived("c1 U x");
  CHECK(rig.book.waiting());
}

TEST(a_command_is_executed_once_although_it_is_repeated_while_it_waits_and_runs) {
  Rig rig;
  rig.arrived("c1 U x");
  rig.arrived("c1 U x");
  CHECK_EQ(rig.take().size(), 1u);
  rig.arrived("c1 U x", 6000);
  CHECK(!rig.book.waiting());
  CHECK_EQ(rig.sent(), std::string());
  rig.reply(0, "1\n");
  CHECK_EQ(rig.sent(), std::string("5000:c1 1\n5000:c1 1\n6000:c1 1\n"));
  CHECK_EQ(rig.book.figures().repeated, 2);
  CHECK_EQ(rig.book.figures().cached, 1);
}

TEST(equal_cookies_of_two_controllers_join_no_commands) {
  Rig rig;
  rig.arrived("7_12 U a", 5000);
  rig.arrived("7_12 U b", 6000);
  CHECK_EQ(rig.take().size(), 2u);
  // Each is repeated while it runs, and gets its own reply.
  rig.arrived("7_12 U b", 6000);
  rig.arrived("7_12 U a", 5000);
  CHECK(!rig.book.waiting());
  rig.reply(1, "2\n");
  rig.reply(0, "1\n");
  CHECK_EQ(rig.sent(), std::string("6000:7_12 2\n6000:7_12 2\n5000:7_12 1\n5000:7_12 1\n"));
  rig.arrived("7_12 U a", 5000);
  rig.arrived("7_12 U b", 6000);
  CHECK_EQ(rig.sent(), std::string("5000:7_12 1\n6000:7_12 2\n"));
  CHECK_EQ(rig.book.figures().repeated, 4);
  CHECK_EQ(rig.book.figures().cached, 2);
  rig.arrived("7_12", 5000);
  rig.arrived("7_12 X", 5000);
  CHECK_EQ(rig.take().size(), 2u);
}

TEST(a_slot_used_again_has_the_key_of_its_own_command) {
  Rig rig;
  const std::string text(2000, 'x');
  rig.arrived("long U " + text);
  rig.take();
  rig.reply(0, "1\n");
  rig.arrived("");
  rig.take();
  rig.reply(0, "E5\n");
  rig.arrived("c U");
  rig.arrived("c U", 6000);
  rig.take();
  rig.sent();
  rig.reply(0, "2\n");
  CHECK_EQ(rig.sent(), std::string("5000:c 2\n6000:c 2\n"));
}

TEST(a_datagram_without_a_cookie_is_an_empty_command_that_is_not_remembered) {
  Rig rig;
  rig.arrived("");
  rig.arrived(" ");
  CHECK_EQ(rig.take().size(), 2u);
  CHECK_EQ(rig.requests[0].size, 0);
  CHECK_EQ(rig.requests[0].room, 1023);
  rig.reply(0, "E5\n");
  rig.reply(1, "E5\n");
  CHECK_EQ(rig.sent(), std::string("5000:E5\n5000:E5\n"));
  CHECK_EQ(rig.book.figures().cached, 0);
}

TEST(only_the_reply_to_a_command_that_runs_is_sent) {
  Rig rig;
  rig.arrived("c1 U x");
  rig.take();
  const int32_t id = rig.requests[0].id;
  for (const int32_t wrong : {-1, id + 1, id + 4096, 0, INT32_MAX}) rig.book.reply(wrong, "1\n", rig.now, &rig.out);
  CHECK_EQ(rig.sent(), std::string());
  rig.reply(0, "1\n");
  rig.reply(0, "2\n");
  CHECK_EQ(rig.sent(), std::string("5000:c1 1\n"));
  rig.arrived("c2 U x");
  rig.book.reply(id, "3\n", rig.now, &rig.out);
  CHECK_EQ(rig.sent(), std::string());
}

TEST(a_reply_is_cut_to_the_longest_datagram) {
  Rig rig;
  rig.arrived("c1 U");
  rig.arrived("");
  rig.take();
  rig.reply(0, std::string(5000, 'x'));
  rig.reply(1, std::string(5000, 'x'));
  CHECK_EQ(rig.sent(), "5000:c1 " + std::string(1020, 'x') + "5000:" + std::string(1023, 'x'));
}

TEST(a_command_without_a_reply_may_be_sent_again) {
  Rig rig;
  rig.arrived("c1 U");
  rig.take();
  rig.reply(0, "");
  CHECK_EQ(rig.sent(), std::string());
  rig.arrived("c1 U");
  CHECK(rig.book.waiting());
}

TEST(versions_are_answered_at_once_when_that_is_wanted) {
  Rig rig;
  rig.arrived("c0 V");
  CHECK(rig.book.waiting());
  rig.take();
  rig.book.answer_versions("20040107\n", {"20040107", "20081224"});
  rig.arrived("c1 V\n");
  rig.arrived("c2 VF 20081224");
  rig.arrived("c3 vf 20081225");
  CHECK(!rig.book.waiting());
  CHECK_EQ(rig.sent(), std::string("5000:c1 20040107\n5000:c2 1\n5000:c3 0\n"));
  CHECK_EQ(rig.book.figures().answered, 3);
  rig.arrived("c1 V");
  CHECK_EQ(rig.sent(), std::string("5000:c1 20040107\n"));
  CHECK_EQ(rig.book.figures().repeated, 1);
  rig.arrived("c1 VF 20081224");
  CHECK_EQ(rig.sent(), std::string("5000:c1 1\n"));
  CHECK_EQ(rig.book.figures().answered, 4);
  rig.arrived("c4 V x");
  CHECK(rig.book.waiting());
  rig.take();
  rig.book.leave_versions();
  rig.arrived("c5 V");
  CHECK(rig.book.waiting());
}

TEST(beyond_the_bounds_requests_are_dropped_and_counted) {
  Rig rig;
  for (size_t i = 0; i < RequestBook::kMaxRequests; ++i) rig.arrived("c" + std::to_string(i) + " U");
  rig.arrived("more U");
  rig.arrived("c1 U");
  rig.arrived("c1 D");
  CHECK_EQ(rig.book.figures().dropped, 3);
  rig.take(1);
  rig.reply(0, "1\n");
  rig.arrived("more U");
  CHECK_EQ(rig.book.figures().dropped, 3);
}

TEST(long_commands_that_wait_are_bounded_in_bytes) {
  Rig rig;
  const std::string text(8000, 'x');
  for (int i = 0; i < 200; ++i) rig.arrived("c" + std::to_string(i) + ' ' + text);
  CHECK(rig.book.figures().dropped >= 60);
  CHECK(rig.book.figures().dropped <= 70);
  while (!rig.take().empty()) continue;
  rig.arrived("d " + text);
  CHECK_EQ(rig.take().at(0).size(), text.size() + 1);
}

TEST(commands_are_taken_in_order_and_as_far_as_there_is_room) {
  Rig rig;
  for (const char* cookie : {"a", "b", "c"}) rig.arrived(cookie + (' ' + std::string(kMaxCommand - 2, 'x')));
  CHECK_EQ(rig.take().size(), 2u);
  CHECK_EQ(rig.take().size(), 1u);
  for (int i = 0; i < 20; ++i) rig.arrived("d" + std::to_string(i) + " U" + std::to_string(i));
  for (int next = 0; next < 20;) {
    for (const std::string& command : rig.take(7)) CHECK_EQ(command, " U" + std::to_string(next++));
  }
  CHECK(!rig.book.waiting());
}

TEST(commands_of_a_closed_socket_are_forgotten) {
  Rig rig;
  rig.arrived("c1 U", 5000, 1);
  rig.arrived("c2 U", 5000, 2);
  rig.book.forget(1);
  CHECK_EQ(rig.take().size(), 1u);
  CHECK_EQ(rig.requests[0].socket, 2);
  rig.arrived("c1 U", 5000, 2);
  CHECK(rig.book.waiting());
}

TEST(an_ipv4_client_of_a_dual_stack_socket_is_known_by_its_ipv4_address) {
  Rig rig;
  ControlPeer from;
  from.socket = 1;
  from.address.sin6_family = AF_INET6;
  from.address.sin6_port = htons(7000);
  inet_pton(AF_INET6, "::ffff:192.0.2.7", &from.address.sin6_addr);
  from.length = sizeof from.address;
  rig.book.arrived("c1 U", from, rig.now, &rig.out);
  inet_pton(AF_INET6, "2001:db8::1", &from.address.sin6_addr);
  rig.book.arrived("c2 U", from, rig.now, &rig.out);
  rig.take();
  CHECK_EQ(rig.requests[0].family, 4);
  CHECK_EQ(rig.requests[0].port, 7000);
  CHECK_EQ(rig.requests[0].ip[0], static_cast<int32_t>(htonl(0xc0000207)));
  CHECK_EQ(rig.requests[1].family, 6);
}
