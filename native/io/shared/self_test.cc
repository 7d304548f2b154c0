#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "base/clock.h"
#include "io/media_socket.h"
#include "io/shared/shared_io.h"

namespace rtpp {
namespace {

constexpr int64_t kPatience = 500'000'000;
constexpr int64_t kStep = 20'000'000;
constexpr uint8_t kProbe[] = "rtpproxy self-test";

/** A media port on the loopback interface. */
struct TestPort {
  explicit TestPort(PacketIo* io) : io(io) {}
  ~TestPort() {
    if (port.open()) io->close(&port);
  }
  TestPort(const TestPort&) = delete;
  TestPort& operator=(const TestPort&) = delete;

  int open(uint8_t family) {
    Endpoint local;
    local.family = family;
    local.ip[family == 6 ? 15 : 3] = 1;
    if (family == 4) local.ip[0] = 127;
    Fd fd;
    if (const int error = open_media_socket(local, kNoTos, &fd); error != 0) return error;
    sockaddr_storage addr;
    socklen_t len = sizeof addr;
    if (::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&addr), &len) != 0) return errno;
    port.fd = fd.release();
    port.local = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&addr));
    return io->attach(&port);
  }

  PacketIo* const io;
  MediaPort port;
};

}  // namespace

bool SharedIo::test(IoFailure* failure) {
  for (auto& lane : lanes_) {
    if (lane == nullptr) continue;
    const int error = test(lane.get());
    if (error == 0) continue;
    if (lane->family() == 4) {
      *failure = {"self-test", error};
      return false;
    }
    sockets_->unwatch(lane->receiver(), lane.get());
    lane.reset();
  }
  return true;
}

int SharedIo::test(SharedLane* lane) {
  TestPort from(this);
  TestPort to(this);
  for (TestPort* port : {&from, &to}) {
    if (const int error = port->open(lane->family()); error != 0) return error;
  }
  TxBatch out;
  out.push({kProbe, sizeof kProbe, from.port.fd, to.port.local, &from.port});
  send(&out);

  RxBatch in;
  int error = ETIMEDOUT;
  for (const int64_t end = now_ns() + kPatience; error == ETIMEDOUT && now_ns() < end;) {
    receive(&in, now_ns() + kStep);
    for (size_t i = 0; i < in.count; ++i) {
      const RxPacket& packet = in.packets[i];
      const bool whole = packet.len == sizeof kProbe && std::memcmp(packet.data, kProbe, sizeof kProbe) == 0;
      // The shared socket alone tells where a packet was sent to.
      const bool steered = packet.port == &to.port && packet.local.same_host(to.port.local);
      if (steered && packet.source == from.port.local && whole) error = 0;
    }
  }
  return error;
}

}  // namespace rtpp
