#include "io/shared/steering.h"

#include <vector>

#include "shared_io_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** What another program receives on its socket. */
bool gets(const UdpPeer& program, const UdpPeer& phone) {
  Bytes bytes;
  Endpoint from;
  return phone.send(program.address(), {7}) && program.receive(&bytes, &from, 1000) && from == phone.address();
}

}  // namespace

TEST(ports_of_others_are_left_alone) {
  SharedRig rig;
  if (!rig) return;
  const UdpPeer phone;
  const UdpPeer phone6("::1");
  const UdpPeer other;
  CHECK(gets(other, phone));
  // The same number at another address, and in the other family.
  SharedPort ours;
  rig.attach(&ours);
  const uint16_t number = ours.media.local.port;
  const SharedPort same("127.0.0.2", number);
  CHECK(phone.send(same.media.local, {1}));
  char byte;
  CHECK_EQ(::recv(same.media.fd, &byte, 1, 0), 1);
  const SharedPort six("::1", number);
  CHECK(phone6.send(six.media.local, {1}));
  CHECK_EQ(::recv(six.media.fd, &byte, 1, 0), 1);
  CHECK_EQ(rig.receive(50), 0u);
  rig.close(&ours);
}

TEST(nobody_else_can_bind_a_port_in_use) {
  SharedRig rig;
  if (!rig) return;
  SharedPort ours;
  rig.attach(&ours);
  Fd other;
  CHECK_EQ(open_media_socket(ours.media.local, kNoTos, &other), EADDRINUSE);
  CHECK_EQ(open_media_socket(endpoint("0.0.0.0", ours.media.local.port), kNoTos, &other), EADDRINUSE);
  rig.close(&ours);
}

TEST(a_closed_port_is_not_steered_any_more) {
  SharedRig rig;
  if (!rig) return;
  SharedPort port;
  const UdpPeer phone;
  rig.attach(&port);
  CHECK_EQ(rig.io->attach(&port.media), EEXIST);
  // In the queue when the port is closed.
  CHECK(phone.send(port.address(), {1}));
  rig.close(&port);
  CHECK_EQ(rig.receive(50), 0u);
  port.open(port.media.local);
  CHECK(phone.send(port.address(), {2}));
  char byte = 0;
  CHECK_EQ(::recv(port.media.fd, &byte, 1, 0), 1);
  CHECK_EQ(byte, 2);
  rig.attach(&port);
  CHECK(phone.send(port.address(), {3}));
  CHECK_EQ(rig.receive(), 1u);
  rig.close(&port);
}

TEST(packets_from_before_the_steering_are_not_lost) {
  SharedRig rig;
  if (!rig) return;
  SharedPort port;
  const UdpPeer phone;
  CHECK(phone.send(port.address(), {1}));
  rig.attach(&port);
  CHECK_EQ(rig.receive(), 1u);
  CHECK(rig.in.packets[0].port == &port.media);
  CHECK(rig.bytes(0) == Bytes{1});
  rig.close(&port);
}

TEST(one_number_at_several_addresses) {
  SharedRig rig;
  if (!rig) return;
  SharedPort first;
  const uint16_t number = first.media.local.port;
  SharedPort second("127.0.0.2", number);
  SharedPort third("::1", number);
  const UdpPeer phone;
  const UdpPeer phone6("::1");
  for (SharedPort* port : {&first, &second, &third}) rig.attach(port);
  for (const SharedPort* port : {&second, &first, &third}) {
    CHECK((port == &third ? phone6 : phone).send(port->address(), {1}));
    CHECK_EQ(rig.receive(), 1u);
    CHECK(rig.in.packets[0].port == &port->media);
  }
  // One after the other goes, in either order, and comes back.
  for (SharedPort* gone : {&first, &second, &first, &second}) {
    rig.close(gone);
    gone->open(gone->media.local);
    SharedPort* const left = gone == &first ? &second : &first;
    CHECK(phone.send(gone->address(), {2}));
    CHECK(phone.send(left->address(), {3}));
    CHECK_EQ(rig.receive(), 1u);
    CHECK(rig.in.packets[0].port == &left->media);
    char byte = 0;
    CHECK_EQ(::recv(gone->media.fd, &byte, 1, 0), 1);
    rig.attach(gone);
  }
  for (SharedPort* port : {&first, &second, &third}) rig.close(port);
}

TEST(a_port_at_every_address) {
  SharedRig rig;
  if (!rig) return;
  SharedPort any("0.0.0.0");
  SharedPort any6("::");
  const UdpPeer phone;
  const UdpPeer phone6("::1");
  rig.attach(&any);
  rig.attach(&any6);
  for (const char* host : {"127.0.0.1", "127.0.0.2"}) {
    CHECK(phone.send(endpoint(host, any.media.local.port), {1}));
    CHECK_EQ(rig.receive(), 1u);
    CHECK(rig.in.packets[0].port == &any.media);
  }
  CHECK(phone6.send(any6.address(), {1}));
  CHECK_EQ(rig.receive(), 1u);
  CHECK(rig.in.packets[0].port == &any6.media);
  rig.close(&any);
  rig.close(&any6);
}

TEST(several_daemons_get_along) {
  SharedRig one;
  SharedRig two;
  if (!one || !two) return;
  const UdpPeer phone;
  SharedPort first;
  SharedPort second;
  one.attach(&first);
  two.attach(&second);
  CHECK(phone.send(first.address(), {1}));
  CHECK(phone.send(second.address(), {2}));
  CHECK_EQ(one.receive(), 1u);
  CHECK(one.bytes(0) == Bytes{1});
  CHECK_EQ(two.receive(), 1u);
  CHECK(two.bytes(0) == Bytes{2});
  one.close(&first);
  one.io.reset();
  CHECK(phone.send(second.address(), {3}));
  CHECK_EQ(two.receive(), 1u);
  two.close(&second);
}

TEST(nothing_stays_behind) {
  SharedPort port;
  const UdpPeer phone;
  {
    SharedRig rig;
    if (!rig) return;
    rig.attach(&port);
  }
  CHECK(phone.send(port.address(), {1}));
  char byte = 0;
  CHECK_EQ(::recv(port.media.fd, &byte, 1, 0), 1);
}

TEST(what_the_kernel_drops_is_counted) {
  SharedRig rig;
  if (!rig) return;
  SharedPort port;
  rig.attach(&port);
  const UdpPeer phone;
  const Bytes packet(1200);
  uint64_t sent = 0;
  for (int i = 0; i < 20'000; ++i) sent += phone.send(port.address(), packet);
  uint64_t received = 0;
  while (rig.receive(100) > 0) received += rig.in.count;
  CHECK(received < sent);
  // The next one tells.
  CHECK(phone.send(port.address(), packet));
  CHECK_EQ(rig.receive(), 1u);
  CHECK_EQ(rig.io->counters().rx_drops.get(), sent - received);
  rig.close(&port);
}
