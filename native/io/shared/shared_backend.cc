#include "io/shared/shared_backend.h"

#include "io/media_socket.h"
#include "io/shared/shared_io.h"
#include "io/shared/steering.h"

namespace rtpp {

std::unique_ptr<IoBackend> SharedBackend::create(uint32_t workers, IoFailure* failure) {
  // A socket of each family per worker.
  std::shared_ptr<Steering> steering = Steering::create(2 * workers, failure);
  if (steering == nullptr) return nullptr;
  Workers ios;
  for (uint32_t i = 0; i < workers; ++i) {
    std::unique_ptr<SharedIo> io = SharedIo::create(steering, i, failure);
    if (io == nullptr || !io->test(failure)) return nullptr;
    ios.push_back(std::move(io));
  }
  return std::unique_ptr<IoBackend>(new SharedBackend(std::move(ios)));
}

int SharedBackend::open_port(const Endpoint& local, int /*tos*/, Fd* out) {
  const int error = sockets_.open(local, out);
  if (error == 0) reply_from_arrival(out->get(), local);
  return error;
}

}  // namespace rtpp
