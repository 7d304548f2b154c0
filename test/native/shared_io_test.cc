#include "io/shared/shared_io.h"

#include <netinet/in.h>

#include <string>
#include <vector>

#include "shared_io_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr const char* kHosts[] = {"127.0.0.1", "::1", "0.0.0.0", "::"};

/** Bytes that differ from one another. */
Bytes pattern(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 251);
  return bytes;
}

const char* loopback(const char* host) {
  return std::string(host).find(':') == std::string::npos ? "127.0.0.1" : "::1";
}

}  // namespace

TEST(tells_where_a_packet_came_from_and_to) {
  SharedRig rig;
  if (!rig) return;
  for (const char* host : kHosts) {
    const Context context(host);
    SharedPort port(host);
    rig.attach(&port);
    const UdpPeer peer(loopback(host));
    CHECK(peer.send(port.address(), {1, 2, 3}));
    CHECK_EQ(rig.receive(), 1u);
    const RxPacket& packet = rig.in.packets[0];
    CHECK(packet.source == peer.address());
    CHECK(packet.local.same_host(port.address()));
    CHECK(packet.port == &port.media);
    CHECK(rig.bytes(0) == Bytes({1, 2, 3}));
    rig.close(&port);
  }
}

TEST(one_batch_has_packets_of_many_ports) {
  SharedRig rig;
  if (!rig) return;
  std::vector<std::unique_ptr<SharedPort>> ports;
  const UdpPeer peer;
  for (uint8_t i = 0; i < 40; ++i) {
    ports.push_back(std::make_unique<SharedPort>());
    rig.attach(ports.back().get());
    CHECK(peer.send(ports.back()->address(), {i}));
  }
  CHECK_EQ(rig.receive(), ports.size());
  for (size_t i = 0; i < rig.in.count; ++i) {
    CHECK(rig.in.packets[i].port == &ports[i]->media);
    CHECK(rig.bytes(i) == Bytes{static_cast<uint8_t>(i)});
  }
  for (auto& port : ports) rig.close(port.get());
}

TEST(sizes_up_to_the_longest_datagram) {
  SharedRig rig;
  if (!rig) return;
  for (const char* host : {"127.0.0.1", "::1"}) {
    SharedPort port(host);
    rig.attach(&port);
    const UdpPeer peer(host);
    for (const size_t size : {size_t{0}, size_t{1}, kMaxDatagram, kMaxDatagram + 1, size_t{60000}}) {
      const Context context(std::string(host) + " " + std::to_string(size) + " bytes");
      CHECK(peer.send(port.address(), Bytes(size, 7)));
      CHECK_EQ(rig.receive(), 1u);
      CHECK_EQ(rig.in.packets[0].len, std::min(size, kMaxDatagram));
    }
    rig.close(&port);
  }
}

TEST(what_is_sent_arrives_whole_and_from_the_port) {
  SharedRig rig;
  if (!rig) return;
  for (const char* host : kHosts) {
    SharedPort port(host);
    rig.attach(&port);
    const UdpPeer peer(loopback(host));
    // Odd and even ones, around the longest that gets headers of ours, and far beyond.
    for (const size_t size : {0, 1, 2, 3, 172, 1231, 1232, 1233, 1251, 1252, 1253, 1500, 8192}) {
      const Context context(std::string(host) + " " + std::to_string(size) + " bytes");
      const Bytes sent = pattern(size);
      rig.send(port, peer.address(), sent);
      Bytes bytes;
      Endpoint from;
      CHECK(peer.receive(&bytes, &from));
      CHECK(bytes == sent);
      CHECK(from == port.address());
    }
    rig.close(&port);
  }
  CHECK_EQ(rig.io->counters().refused.get(), 0u);
}

TEST(long_and_short_packets_stay_in_order) {
  SharedRig rig;
  if (!rig) return;
  SharedPort port;
  rig.attach(&port);
  const UdpPeer peer;
  std::vector<Bytes> packets;
  for (size_t i = 0; i < 60; ++i) packets.push_back(Bytes(i % 3 == 0 ? 1400 : 100 + i, static_cast<uint8_t>(i)));
  for (const Bytes& packet : packets) rig.push(port, peer.address(), packet);
  rig.io->send(&rig.out);
  CHECK_EQ(rig.out.count, 0u);
  for (const Bytes& packet : packets) {
    Bytes bytes;
    Endpoint from;
    CHECK(peer.receive(&bytes, &from));
    CHECK(bytes == packet);
  }
  rig.close(&port);
}

TEST(every_port_has_its_own_tos) {
  SharedRig rig;
  if (!rig) return;
  const UdpPeer peer;
  for (const int tos : {0, 96, 184}) {
    SharedPort port;
    port.media.tos = static_cast<uint8_t>(tos);
    rig.attach(&port);
    rig.send(port, peer.address(), {1});
    CHECK_EQ(peer.receive_tos(), tos);
    rig.close(&port);
  }
}

TEST(what_cannot_be_sent_is_counted_and_does_not_hold_up_the_others) {
  SharedRig rig;
  if (!rig) return;
  SharedPort port;
  rig.attach(&port);
  const UdpPeer peer;
  const Bytes packet = {9};
  rig.push(port, peer.address(), packet);
  rig.push(port, endpoint("127.0.0.1", 0), packet);
  rig.push(port, endpoint("::1", 9), packet);
  rig.push(port, endpoint("255.255.255.255", 9), packet);
  rig.push(port, peer.address(), packet);
  rig.io->send(&rig.out);
  Bytes bytes;
  Endpoint from;
  CHECK(peer.receive(&bytes, &from));
  CHECK(peer.receive(&bytes, &from));
  CHECK_EQ(rig.io->counters().refused.get(), 3u);
  rig.close(&port);
}

TEST(packets_of_a_socket_elsewhere_are_sent_from_there) {
  SharedRig rig;
  if (!rig) return;
  const SharedPort port;
  const UdpPeer peer;
  const Bytes packet = {5};
  rig.out.push({packet.data(), 1, port.media.fd, peer.address(), nullptr});
  rig.io->send(&rig.out);
  Bytes bytes;
  Endpoint from;
  CHECK(peer.receive(&bytes, &from));
  CHECK(from == port.media.local);
}

TEST(a_source_address_that_the_host_has_lost_costs_no_packet) {
  SharedRig rig;
  if (!rig) return;
  struct {
    const char *any, *peer, *lost;
  } constexpr kFamilies[] = {{"0.0.0.0", "127.0.0.1", "192.0.2.77"}, {"::", "::1", "2001:db8::77"}};
  for (const auto& family : kFamilies) {
    const Context context(family.any);
    SharedPort port(family.any);
    rig.attach(&port);
    const UdpPeer peer(family.peer);
    const Endpoint lost = endpoint(family.lost, 0);
    const Bytes packet = {9};
    for (int i = 0; i < 3; ++i) {
      rig.push(port, peer.address(), packet);
      rig.out.packets[i].source = &lost;
    }
    rig.io->send(&rig.out);
    Bytes bytes;
    Endpoint from;
    for (int i = 0; i < 3; ++i) CHECK(peer.receive(&bytes, &from));
    CHECK_EQ(from.port, port.media.local.port);
    rig.close(&port);
  }
  CHECK_EQ(rig.io->counters().refused.get(), 0u);
}
