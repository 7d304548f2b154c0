#include "io/sockets/sockets_io.h"

#include <cerrno>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "base/clock.h"
#include "check.h"
#include "io/media_socket.h"
#include "udp_peer.h"
#include "wait.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr int64_t kMillisecond = 1'000'000;

/** A media socket on a port that the kernel chose. */
struct Port {
  explicit Port(const char* host = "127.0.0.1") {
    Fd fd;
    CHECK_EQ(open_media_socket(endpoint(host, 0), kNoTos, &fd), 0);
    media.owner = this;
    sockaddr_storage addr;
    socklen_t len = sizeof addr;
    (void)::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&addr), &len);
    address = Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&addr));
    media.fd = fd.release();
  }
  ~Port() {
    if (media.open()) ::close(media.fd);
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  MediaPort media;
  Endpoint address;
};

struct Io {
  Io() : sockets(SocketsIo::create(&error)) {}

  /** Waits until packets have come. */
  size_t receive(int ms = 2000) {
    const int64_t end = now_ns() + int64_t{ms} * 1'000'000;
    do {
      sockets->receive(&batch, now_ns() + 20 * kMillisecond);
    } while (batch.count == 0 && now_ns() < end);
    return batch.count;
  }

  Bytes bytes(size_t i) const {
    const RxPacket& packet = batch.packets[i];
    return {packet.data, packet.data + packet.len};
  }

  int error = 0;
  std::unique_ptr<SocketsIo> sockets;
  RxBatch batch;
};

void push(TxBatch* batch, const Port& from, const Endpoint& to, const Bytes& bytes) {
  batch->push(TxPacket{bytes.data(), static_cast<uint32_t>(bytes.size()), from.media.fd, to});
}

}  // namespace

TEST(tells_where_a_packet_came_from_and_to) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const Context context(host);
    Io io;
    Port port(host);
    CHECK_EQ(io.sockets->attach(&port.media), 0);
    const UdpPeer peer(host);
    CHECK(peer.send(port.address, {1, 2, 3}));
    CHECK_EQ(io.receive(), 1u);
    const RxPacket& packet = io.batch.packets[0];
    CHECK(packet.source == peer.address());
    CHECK(packet.port == &port.media);
    CHECK(packet.port->owner == &port);
    CHECK_EQ(packet.kernel_drops, 0u);
    CHECK(io.bytes(0) == Bytes({1, 2, 3}));
  }
}

TEST(sizes_up_to_the_longest_datagram) {
  Io io;
  Port port;
  CHECK_EQ(io.sockets->attach(&port.media), 0);
  const UdpPeer peer;
  for (const size_t size : {size_t{0}, size_t{1}, kMaxDatagram, kMaxDatagram + 1, size_t{60000}}) {
    const Context context(std::to_string(size) + " bytes");
    CHECK(peer.send(port.address, Bytes(size, 7)));
    CHECK_EQ(io.receive(), 1u);
    CHECK_EQ(io.batch.packets[0].len, std::min(size, kMaxDatagram));
  }
}

TEST(every_ready_socket_gets_its_turn) {
  Io io;
  Port ports[3];
  const UdpPeer peer;
  for (Port& port : ports) {
    CHECK_EQ(io.sockets->attach(&port.media), 0);
    for (uint8_t i = 0; i < 50; ++i) CHECK(peer.send(port.address, {i}));
  }
  // The first pass has packets of all three, none has all of the batch.
  CHECK_EQ(io.receive(), 3 * 16u);
  std::vector<int> seen[3];
  for (size_t total = 0; total < 150;) {
    for (size_t i = 0; i < io.batch.count; ++i) {
      seen[static_cast<Port*>(io.batch.packets[i].port->owner) - ports].push_back(io.bytes(i)[0]);
    }
    total += io.batch.count;
    if (total < 150 && io.receive() == 0) break;
  }
  for (const std::vector<int>& numbers : seen) {
    CHECK_EQ(numbers.size(), 50u);
    for (size_t i = 0; i < numbers.size(); ++i) CHECK_EQ(numbers[i], static_cast<int>(i));
  }
}

TEST(more_sockets_than_one_batch) {
  Io io;
  std::vector<std::unique_ptr<Port>> ports;
  const UdpPeer peer;
  for (int i = 0; i < 150; ++i) {
    ports.push_back(std::make_unique<Port>());
    CHECK_EQ(io.sockets->attach(&ports.back()->media), 0);
    CHECK(peer.send(ports.back()->address, {1}));
  }
  size_t total = 0;
  while (total < ports.size() && io.receive() > 0) total += io.batch.count;
  CHECK_EQ(total, ports.size());
}

TEST(a_closed_port_is_silent_even_if_it_was_ready) {
  Io io;
  // All are ready at once, and the batch is full before the last ones have their turn.
  std::vector<std::unique_ptr<Port>> ports;
  const UdpPeer peer;
  for (int i = 0; i < 10; ++i) {
    ports.push_back(std::make_unique<Port>());
    CHECK_EQ(io.sockets->attach(&ports.back()->media), 0);
    for (int k = 0; k < 16; ++k) CHECK(peer.send(ports.back()->address, {1}));
  }
  CHECK_EQ(io.receive(), kBatch);
  for (auto& port : ports) {
    CHECK(!io.sockets->close(&port->media).valid());
    CHECK(!port->media.open());
    port.reset();
  }
  CHECK_EQ(io.receive(100), 0u);
}

TEST(a_port_attached_twice_is_refused) {
  Io io;
  Port port;
  CHECK_EQ(io.sockets->attach(&port.media), 0);
  CHECK_EQ(io.sockets->attach(&port.media), EEXIST);
}

TEST(wake_ends_the_waiting) {
  Io io;
  std::thread waker([&io] {
    sleep_ms(20);
    io.sockets->wake();
  });
  const int64_t start = now_ns();
  io.sockets->receive(&io.batch, now_ns() + 10'000 * kMillisecond);
  waker.join();
  CHECK(now_ns() - start < 5'000'000'000);
  CHECK_EQ(io.batch.count, 0u);
  // It is used up, and a wake before the waiting is not lost.
  const int64_t again = now_ns();
  io.sockets->receive(&io.batch, now_ns() + 20 * kMillisecond);
  CHECK(now_ns() - again >= 19'000'000);
  io.sockets->wake();
  io.sockets->receive(&io.batch, now_ns() + 10'000 * kMillisecond);
  CHECK(now_ns() - again < 5'000'000'000);
}

TEST(a_pause_lasts_its_time_or_until_a_wake) {
  Io io;
  Port port;
  CHECK_EQ(io.sockets->attach(&port.media), 0);
  const UdpPeer peer;
  CHECK(peer.send(port.address, {1}));
  const int64_t start = now_ns();
  io.sockets->pause(start + 5 * kMillisecond);
  CHECK(now_ns() - start >= 5 * kMillisecond);
  io.sockets->pause(start);
  io.sockets->wake();
  io.sockets->pause(now_ns() + 10'000 * kMillisecond);
  CHECK(now_ns() - start < 5'000 * kMillisecond);
  CHECK_EQ(io.receive(), 1u);
}

TEST(sends_from_and_to_many_ports) {
  Io io;
  Port ports[2];
  const UdpPeer one;
  const UdpPeer two;
  const Bytes packets[] = {{1}, {2}, {3}, {}};
  TxBatch batch;
  push(&batch, ports[0], one.address(), packets[0]);
  push(&batch, ports[0], two.address(), packets[1]);
  push(&batch, ports[1], one.address(), packets[2]);
  push(&batch, ports[0], one.address(), packets[3]);
  io.sockets->send(&batch);
  CHECK_EQ(batch.count, 0u);
  Bytes bytes;
  Endpoint from;
  const Endpoint sources[] = {ports[0].address, ports[1].address, ports[0].address};
  const Bytes expected[] = {{1}, {3}, {}};
  for (int i = 0; i < 3; ++i) {
    CHECK(one.receive(&bytes, &from));
    CHECK(bytes == expected[i]);
    CHECK(from == sources[i]);
  }
  CHECK(two.receive(&bytes, &from));
  CHECK(bytes == Bytes{2});
  CHECK_EQ(io.sockets->counters().refused.get(), 0u);
}

TEST(a_packet_that_cannot_be_sent_does_not_hold_up_the_others) {
  Io io;
  Port port;
  const UdpPeer peer;
  const Bytes packet = {9};
  TxBatch batch;
  push(&batch, port, peer.address(), packet);
  push(&batch, port, endpoint("127.0.0.1", 0), packet);
  push(&batch, port, endpoint("::1", 9), packet);
  push(&batch, port, peer.address(), packet);
  io.sockets->send(&batch);
  Bytes bytes;
  Endpoint from;
  CHECK(peer.receive(&bytes, &from));
  CHECK(peer.receive(&bytes, &from));
  CHECK_EQ(io.sockets->counters().refused.get(), 2u);
}

TEST(a_source_address_that_the_host_has_lost_costs_no_packet) {
  struct {
    const char *any, *peer, *lost;
  } constexpr kFamilies[] = {{"0.0.0.0", "127.0.0.1", "192.0.2.77"}, {"::", "::1", "2001:db8::77"}};
  for (const auto& family : kFamilies) {
    const Context context(family.any);
    Io io;
    Port port(family.any);
    const UdpPeer peer(family.peer);
    const Endpoint lost = endpoint(family.lost, 0);
    const Bytes packet = {9};
    TxBatch batch;
    for (const Endpoint* source : {&lost, static_cast<const Endpoint*>(nullptr), &lost}) {
      push(&batch, port, peer.address(), packet);
      batch.packets[batch.count - 1].source = source;
    }
    io.sockets->send(&batch);
    Bytes bytes;
    Endpoint from;
    for (int i = 0; i < 3; ++i) CHECK(peer.receive(&bytes, &from));
    CHECK(from.same_host(endpoint(family.peer, 0)));
    CHECK_EQ(io.sockets->counters().refused.get(), 0u);
  }
}

TEST(who_listens_hears_of_each_packet_that_cannot_be_sent) {
  struct Listener : RefusalListener {
    void refused(const TxPacket& packet, int error) override { told.emplace_back(packet.dest, error); }
    std::vector<std::pair<Endpoint, int>> told;
  } listener;
  Io io;
  io.sockets->tell_refusals(&listener);
  Port port;
  const UdpPeer peer;
  const Bytes packet = {9};
  TxBatch batch;
  push(&batch, port, endpoint("255.255.255.255", 9), packet);
  push(&batch, port, peer.address(), packet);
  push(&batch, port, endpoint("127.0.0.1", 0), packet);
  io.sockets->send(&batch);
  CHECK_EQ(listener.told.size(), 2u);
  CHECK(listener.told.front() == std::pair(endpoint("255.255.255.255", 9), EACCES));
  CHECK(listener.told.back() == std::pair(endpoint("127.0.0.1", 0), EINVAL));
}

TEST(an_answer_to_an_earlier_packet_costs_no_other_one) {
  Io io;
  Port port;
  Endpoint remote;
  { remote = UdpPeer().address(); }
  CHECK_EQ(connect_media_socket(port.media.fd, remote), 0);
  const Bytes packet = {9};
  TxBatch batch;
  // Nobody is there: the host says so, and the socket keeps it for the next call.
  push(&batch, port, remote, packet);
  io.sockets->send(&batch);
  const UdpPeer peer("127.0.0.1", remote.port);
  push(&batch, port, remote, packet);
  io.sockets->send(&batch);
  Bytes bytes;
  Endpoint from;
  CHECK(peer.receive(&bytes, &from));
  CHECK_EQ(io.sockets->counters().refused.get(), 0u);
}

TEST(a_full_batch_is_sent) {
  Io io;
  Port port;
  const UdpPeer peer;
  const Bytes packet = {9};
  TxBatch batch;
  while (!batch.full()) push(&batch, port, peer.address(), packet);
  io.sockets->send(&batch);
  Bytes bytes;
  Endpoint from;
  size_t received = 0;
  while (received < 2 * kBatch && peer.receive(&bytes, &from)) ++received;
  CHECK_EQ(received, 2 * kBatch);
}

TEST(an_unreachable_peer_does_not_make_a_port_deaf) {
  Io io;
  Port port;
  CHECK_EQ(io.sockets->attach(&port.media), 0);
  Endpoint gone;
  { gone = UdpPeer().address(); }
  const Bytes packet = {9};
  const UdpPeer peer;
  for (uint8_t i = 0; i < 3; ++i) {
    TxBatch batch;
    push(&batch, port, gone, packet);
    io.sockets->send(&batch);
    CHECK(peer.send(port.address, {i}));
    CHECK_EQ(io.receive(), 1u);
    CHECK(io.bytes(0) == Bytes{i});
  }
}

TEST(what_the_kernel_drops_is_told) {
  Io io;
  Port port;
  const int small = 1;
  CHECK_EQ(::setsockopt(port.media.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
  CHECK_EQ(io.sockets->attach(&port.media), 0);
  const UdpPeer peer;
  for (int i = 0; i < 50; ++i) CHECK(peer.send(port.address, Bytes(500)));
  size_t queued = 0;
  while (io.receive(100) > 0) queued += io.batch.count;
  CHECK(queued < 50);
  CHECK(peer.send(port.address, {1}));
  CHECK_EQ(io.receive(), 1u);
  CHECK_EQ(io.batch.packets[0].kernel_drops, 50 - queued);
}
