#include "control/control_sockets.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "udp_peer.h"
#include "wait.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** Sockets, and the executing thread's part of serving them. */
struct Rig : ControlListener {
  Rig() {
    int error = 0;
    sockets = ControlSockets::create(this, &error);
    CHECK_EQ(error, 0);
  }

  void commands_pending() override { pending.store(true); }

  Endpoint open(const char* host = "127.0.0.1") {
    socket = sockets->open(endpoint(host, 0));
    CHECK(socket > 0);
    return endpoint(host, sockets->port(socket));
  }

  /** Answers every command that waits with `OK` and its text; how many. */
  size_t serve() {
    const size_t count = sockets->take(buffer, requests);
    std::string texts;
    std::vector<int32_t> ids;
    std::vector<int32_t> sizes;
    for (size_t i = 0; i < count; ++i) {
      const ControlRequest& request = requests[i];
      const std::string text =
          "OK" + std::string(reinterpret_cast<char*>(&buffer[request.offset]), request.size) + '\n';
      texts += text;
      ids.push_back(request.id);
      sizes.push_back(static_cast<int32_t>(text.size()));
    }
    if (count > 0) sockets->reply({{reinterpret_cast<const uint8_t*>(texts.data()), texts.size()}, ids, sizes});
    return count;
  }

  static constexpr size_t kMax = 16;
  std::atomic<bool> pending{false};
  std::unique_ptr<ControlSockets> sockets;
  ControlSocketId socket = 0;
  std::vector<uint8_t> buffer = std::vector<uint8_t>(kMaxCommand * 2);
  ControlRequest requests[kMax];
};

Bytes bytes(const std::string& text) { return Bytes(text.begin(), text.end()); }

/** The next datagram; empty when none comes. */
std::string receive(const UdpPeer& peer, int ms = 5000) {
  Bytes reply;
  Endpoint from;
  return peer.receive(&reply, &from, ms) ? std::string(reply.begin(), reply.end()) : std::string();
}

}  // namespace

TEST(commands_are_executed_by_who_takes_them) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const Context context(host);
    Rig rig;
    const Endpoint address = rig.open(host);
    const UdpPeer client(host);
    CHECK(client.send(address, bytes("c1 U x")));
    CHECK(eventually([&] { return rig.pending.load(); }));
    CHECK_EQ(rig.serve(), 1u);
    CHECK_EQ(receive(client), std::string("c1 OK U x\n"));
  }
}

TEST(what_is_known_is_answered_while_nobody_takes_commands) {
  Rig rig;
  const Endpoint address = rig.open();
  const UdpPeer client;
  client.send(address, bytes("c1 U x"));
  CHECK(eventually([&] { return rig.serve() == 1; }));
  receive(client);
  rig.sockets->answer_versions("20040107\n", {"20081224"});
  client.send(address, bytes("c2 hang"));
  for (const char* text : {"c1 U x", "c3 V", "c4 VF 20081224", "c5 VF 20081225"}) client.send(address, bytes(text));
  for (const char* text : {"c1 OK U x\n", "c3 20040107\n", "c4 1\n", "c5 0\n"}) {
    CHECK_EQ(receive(client), std::string(text));
  }
  CHECK_EQ(rig.sockets->figures().repeated, 1);
  CHECK_EQ(rig.sockets->figures().answered, 3);
  rig.sockets->leave_versions();
  client.send(address, bytes("c6 V"));
  CHECK(eventually([&] { return rig.serve() > 0; }));
  CHECK_EQ(receive(client), std::string("c2 OK hang\n"));
}

TEST(hostile_datagrams_do_no_harm) {
  Rig rig;
  const Endpoint address = rig.open();
  const UdpPeer client;
  const std::string texts[] = {"", " ", std::string(1, '\0'), std::string(65000, 'x'), "y " + std::string(60000, 'z')};
  for (const std::string& text : texts) {
    client.send(address, bytes(text));
    CHECK(eventually([&] { return rig.serve() == 1; }));
    CHECK_EQ(receive(client).substr(0, 2), std::string(text.size() == 60002 ? "y " : "OK"));
  }
  CHECK_EQ(rig.requests[0].size, static_cast<int32_t>(kMaxCommand - 1));
}

TEST(a_port_in_use_is_refused) {
  Rig rig;
  const Endpoint address = rig.open();
  CHECK_EQ(rig.sockets->open(address), -EADDRINUSE);
  CHECK_EQ(rig.sockets->open(endpoint("192.0.2.1", 0)), -EADDRNOTAVAIL);
}

TEST(the_port_of_a_closed_socket_is_free_at_once) {
  Rig rig;
  const Endpoint address = rig.open();
  const UdpPeer client;
  for (int i = 0; i < 50; ++i) {
    for (int k = 0; k < 20; ++k) client.send(address, bytes("c" + std::to_string(i * 20 + k) + " V"));
    rig.sockets->close_socket(rig.socket);
    CHECK_EQ(rig.sockets->port(rig.socket), 0);
    rig.socket = rig.sockets->open(address);
    CHECK(rig.socket > 0);
  }
  rig.sockets->close_socket(rig.socket);
  rig.sockets->close_socket(rig.socket);
}

TEST(a_reply_for_a_closed_socket_goes_nowhere) {
  Rig rig;
  const Endpoint address = rig.open();
  const UdpPeer client;
  client.send(address, bytes("c1 U"));
  CHECK(eventually([&] { return rig.pending.load(); }));
  CHECK_EQ(rig.sockets->take(rig.buffer, rig.requests), 1u);
  rig.sockets->close_socket(rig.socket);
  const int32_t size = 3;
  rig.sockets->reply({{reinterpret_cast<const uint8_t*>("OK\n"), 3}, {&rig.requests[0].id, 1}, {&size, 1}});
  CHECK_EQ(receive(client, 50), std::string());
}

TEST(everything_ends_while_datagrams_come) {
  for (int i = 0; i < 20; ++i) {
    Rig rig;
    const Endpoint address = rig.open();
    std::atomic<bool> stop{false};
    std::thread sender([&] {
      const UdpPeer client;
      for (int k = 0; !stop.load(); ++k) client.send(address, bytes("c" + std::to_string(k) + " V"));
    });
    for (int k = 0; k < 50; ++k) rig.serve();
    rig.sockets->close();
    rig.sockets->close();
    stop.store(true);
    sender.join();
  }
}

TEST(threads_meet_without_harm) {
  Rig rig;
  const Endpoint address = rig.open();
  std::vector<std::thread> senders;
  std::atomic<int> answered{0};
  for (int s = 0; s < 3; ++s) {
    senders.emplace_back([&, s] {
      const UdpPeer client;
      for (int k = 0; k < 200; ++k) {
        // Every cookie twice, so that some are repeated while they run.
        const std::string text = std::to_string(s) + '.' + std::to_string(k) + " U";
        client.send(address, bytes(text));
        client.send(address, bytes(text));
        for (int reply = 0; reply < 2; ++reply) answered += receive(client).empty() ? 0 : 1;
      }
    });
  }
  CHECK(eventually([&] { return rig.serve(), answered.load() == 3 * 400; }, 30'000));
  for (std::thread& sender : senders) sender.join();
  CHECK_EQ(rig.sockets->figures().repeated, 3 * 200);
  CHECK_EQ(rig.sockets->figures().dropped, 0);
}

TEST(a_socket_of_any_address_replies_from_the_one_that_was_asked) {
  // The last one by an IPv4 client of an IPv6 socket.
  const char* const cases[][3] = {{"0.0.0.0", "127.0.0.1", "127.0.0.1"},
                                  {"0.0.0.0", "127.5.5.5", "127.0.0.1"},
                                  {"::", "::1", "::1"},
                                  {"::", "127.5.5.6", "127.0.0.1"}};
  for (const auto& [bound, asked, client_host] : cases) {
    const Context context(std::string(bound) + ' ' + asked);
    Rig rig;
    const Endpoint address = endpoint(asked, rig.open(bound).port);
    const UdpPeer client(client_host);
    for (const char* text : {"c1 U", "c1 U", "c2 U"}) {
      CHECK(client.send(address, bytes(text)));
      Bytes reply;
      Endpoint from;
      CHECK(eventually([&] { return rig.serve(), client.receive(&reply, &from, 1); }));
      CHECK(from == address);
    }
  }
}
