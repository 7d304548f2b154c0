#include "control/control_gate.h"

#include "access/media_ports.h"
#include "check.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr int64_t kNow = 5'000'000'000;

}  // namespace

TEST(everybody_may_send_commands_unless_some_are_named) {
  ControlGate gate;
  CHECK(gate.admits(endpoint("192.0.2.1", 5000), kNow));
  gate.allow_only({{endpoint("10.0.0.0", 0), 8, 0, 65535}});
  CHECK(gate.admits(endpoint("10.1.2.3", 5000), kNow));
  CHECK(gate.admits(endpoint("::ffff:10.1.2.3", 5000), kNow));
  CHECK(!gate.admits(endpoint("192.0.2.1", 5000), kNow));
  CHECK(!gate.admits(endpoint("127.0.0.1", 5001), kNow));
  const ControlGate::Denied denied = gate.denied();
  CHECK_EQ(denied.count, 2u);
  CHECK(denied.last == endpoint("127.0.0.1", 5001));
  CHECK(gate.has_news());
  CHECK(!gate.has_news());
  for (int i = 0; i < 8; ++i) (void)gate.admits(endpoint("192.0.2.1", 5000), kNow);
  CHECK(gate.has_news());
  gate.allow_only({});
  CHECK(gate.admits(endpoint("192.0.2.1", 5000), kNow));
}

TEST(media_ports_of_ours_send_no_commands) {
  ControlGate gate;
  MediaPorts& ports = MediaPorts::of_process();
  const Endpoint bound = endpoint("127.0.0.1", 40000);
  const Endpoint any = endpoint("0.0.0.0", 40002);
  ports.add(bound);
  ports.add(any);
  CHECK(!gate.admits(bound, kNow));
  CHECK(!gate.admits(endpoint("127.0.0.1", 40002), kNow));
  CHECK(!gate.admits(endpoint("::ffff:127.0.0.1", 40000), kNow));
  // Another address with that port is somebody else: a proxy on this host, say.
  CHECK(gate.admits(endpoint("127.0.0.2", 40000), kNow));
  CHECK(gate.admits(endpoint("192.0.2.1", 40000), kNow));
  CHECK(gate.admits(endpoint("192.0.2.1", 40002), kNow));
  ports.remove(bound);
  ports.remove(any);
  CHECK(gate.admits(bound, kNow));
  CHECK(gate.admits(endpoint("127.0.0.1", 40002), kNow));
}

TEST(a_media_port_of_one_family_leaves_commands_of_the_other_alone) {
  ControlGate gate;
  MediaPorts& ports = MediaPorts::of_process();
  const Endpoint any6 = endpoint("::", 40010);
  const Endpoint any4 = endpoint("0.0.0.0", 40012);
  ports.add(any6);
  ports.add(any4);
  // A media port at the IPv6 any-address is no IPv4 socket: a controller on this host may have its number there.
  CHECK(gate.admits(endpoint("127.0.0.1", 40010), kNow));
  CHECK(gate.admits(endpoint("::ffff:127.0.0.1", 40010), kNow));
  CHECK(!gate.admits(endpoint("::1", 40010), kNow));
  CHECK(gate.admits(endpoint("::1", 40012), kNow));
  CHECK(!gate.admits(endpoint("127.0.0.1", 40012), kNow));
  ports.remove(any6);
  ports.remove(any4);
}
