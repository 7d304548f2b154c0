#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "check.h"
#include "io/media_socket.h"
#include "io/shared/shared_io.h"
#include "udp_peer.h"

namespace rtpp::test {

/** A media socket on a port that the kernel chose, or on a given one. */
struct SharedPort {
  explicit SharedPort(const char* host = "127.0.0.1", uint16_t port = 0) { open(endpoint(host, port)); }
  ~SharedPort() {
    if (media.open()) ::close(media.fd);
  }
  SharedPort(const SharedPort&) = delete;
  SharedPort& operator=(const SharedPort&) = delete;

  void open(const Endpoint& local) {
    Fd fd;
    CHECK_EQ(open_media_socket(local, kNoTos, &fd), 0);
    sockaddr_storage addr;
    socklen_t len = sizeof addr;
    (void)::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&addr), &len);
    media.fd = fd.release();
    media.local = Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&addr));
  }

  /** Where a packet of this host reaches it. */
  Endpoint address() const {
    Endpoint result = media.local;
    if (result.wildcard()) result = endpoint(result.family == 6 ? "::1" : "127.0.0.1", result.port);
    return result;
  }

  MediaPort media;
};

/** What a daemon has for one worker; nothing where the system does not let us. */
struct SharedRig {
  SharedRig() {
    IoFailure failure;
    std::shared_ptr<Steering> steering = Steering::create(2, &failure);
    if (steering != nullptr) io = SharedIo::create(std::move(steering), 0, &failure);
    if (io != nullptr && !io->test(&failure)) io.reset();
    if (io != nullptr) return;
    std::printf("skipped: %s: %s\n", failure.what, std::strerror(failure.error));
    // Where the tests are run for the project, as root, they must run.
    if (std::getenv("CI") != nullptr && ::geteuid() == 0) fail(__FILE__, __LINE__, "no shared backend");
  }

  explicit operator bool() const { return io != nullptr; }

  void attach(SharedPort* port) {
    CHECK_EQ(io->attach(&port->media), 0);
    CHECK((port->media.backend_bits & kSteered) != 0);
  }

  void close(SharedPort* port) { (void)io->close(&port->media); }

  /** Waits until packets have come. */
  size_t receive(int ms = 2000) {
    const int64_t end = now_ns() + int64_t{ms} * 1'000'000;
    do {
      io->receive(&in, now_ns() + 20'000'000);
    } while (in.count == 0 && now_ns() < end);
    return in.count;
  }

  Bytes bytes(size_t i) const { return {in.packets[i].data, in.packets[i].data + in.packets[i].len}; }

  void push(const SharedPort& from, const Endpoint& to, const Bytes& bytes) {
    out.push({bytes.data(), static_cast<uint32_t>(bytes.size()), from.media.fd, to, &from.media});
  }
  void send(const SharedPort& from, const Endpoint& to, const Bytes& bytes) {
    push(from, to, bytes);
    io->send(&out);
  }

  std::unique_ptr<SharedIo> io;
  RxBatch in;
  TxBatch out;
};

}  // namespace rtpp::test
