#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "io/io_backend.h"
#include "io/io_failure.h"
#include "io/port_sockets.h"

namespace rtpp {

/** The backend for many calls, see SharedIo. The sockets of its ports only hold them, so they may serve again. */
class SharedBackend final : public IoBackend {
 public:
  static constexpr const char* kName = "shared";

  static std::unique_ptr<IoBackend> create(uint32_t workers, IoFailure* failure);

  int open_port(const Endpoint& local, int tos, Fd* out) override;
  void give_back(Fd socket, uint8_t family) override { sockets_.give_back(std::move(socket), family); }
  void release_sockets() override { sockets_.release(); }
  SocketReuse socket_reuse(PortRange media) const override { return sockets_.reuse(media); }

 private:
  explicit SharedBackend(Workers workers) : IoBackend(kName, std::move(workers)) {}

  PortSockets sockets_;
};

}  // namespace rtpp
