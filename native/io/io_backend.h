#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/addr.h"
#include "base/fd.h"
#include "io/packet_io.h"
#include "io/socket_reuse.h"

namespace rtpp {

/**
 * A way for packets to come in and go out: the main thread's half, which opens ports. The other half is a PacketIo per
 * relay worker, which moves packets and closes ports. A port goes round: `open_port` here, `attach` and `close` by its
 * worker, and what `close` has left of it comes back by `give_back`.
 */
class IoBackend {
 public:
  virtual ~IoBackend() = default;

  /** As in the list of backends. */
  const char* name() const { return name_; }
  /** The half of the worker of that number, which becomes the caller's. */
  std::unique_ptr<PacketIo> take_worker(size_t number) { return std::move(workers_[number]); }

  /**
   * A socket bound to `local`, for `attach`. `tos` 0-255 or kNoTos; IPv4 only. Returns 0 or an errno: EADDRINUSE or
   * EACCES where another port may do.
   */
  [[nodiscard]] virtual int open_port(const Endpoint& local, int tos, Fd* out) = 0;
  /** Takes a socket of that address family, as `PacketIo::close` has returned it. */
  virtual void give_back(Fd socket, uint8_t /*family*/) { socket.reset(); }
  /** Closes the sockets that are kept for later ports. */
  virtual void release_sockets() {}
  /** Whether sockets are used again for the media ports `media`. */
  virtual SocketReuse socket_reuse(PortRange /*media*/) const { return {}; }

 protected:
  using Workers = std::vector<std::unique_ptr<PacketIo>>;

  IoBackend(const char* name, Workers workers) : name_(name), workers_(std::move(workers)) {}

 private:
  const char* const name_;
  Workers workers_;
};

}  // namespace rtpp
