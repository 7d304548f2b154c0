#include "io/sockets/sockets_backend.h"

#include "io/media_socket.h"
#include "io/sockets/sockets_io.h"

namespace rtpp {

std::unique_ptr<IoBackend> SocketsBackend::create(uint32_t workers, IoFailure* failure) {
  Workers ios;
  for (uint32_t i = 0; i < workers; ++i) {
    std::unique_ptr<PacketIo> io = SocketsIo::create(&failure->error);
    if (io == nullptr) return nullptr;
    ios.push_back(std::move(io));
  }
  return std::unique_ptr<IoBackend>(new SocketsBackend(std::move(ios)));
}

int SocketsBackend::open_port(const Endpoint& local, int tos, Fd* out) {
  const int error = open_media_socket(local, tos, out);
  if (error == 0) reply_from_arrival(out->get(), local);
  return error;
}

}  // namespace rtpp
