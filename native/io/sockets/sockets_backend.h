#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "io/io_backend.h"
#include "io/io_failure.h"

namespace rtpp {

/** The backend that always works: each port receives and sends by its own socket, see SocketsIo. */
class SocketsBackend final : public IoBackend {
 public:
  static constexpr const char* kName = "sockets";

  static std::unique_ptr<IoBackend> create(uint32_t workers, IoFailure* failure);

  int open_port(const Endpoint& local, int tos, Fd* out) override;

 private:
  explicit SocketsBackend(Workers workers) : IoBackend(kName, std::move(workers)) {}
};

}  // namespace rtpp
