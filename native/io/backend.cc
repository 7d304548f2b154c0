#include "io/backend.h"

#include "io/shared_io.h"
#include "io/sockets_io.h"

namespace rtpp {
namespace {

bool create_shared(uint32_t workers, IoBackend* out) {
  std::shared_ptr<Steering> steering = Steering::create(2 * workers, &out->refusal);
  if (steering == nullptr) return false;
  for (uint32_t i = 0; i < workers; ++i) {
    std::unique_ptr<SharedIo> io = SharedIo::create(steering, i, &out->refusal);
    if (io == nullptr || !io->test(&out->refusal)) return false;
    out->workers.push_back(std::move(io));
  }
  out->kind = IoChoice::kShared;
  return true;
}

bool create_sockets(uint32_t workers, IoBackend* out) {
  for (uint32_t i = 0; i < workers; ++i) {
    int error = 0;
    std::unique_ptr<PacketIo> io = SocketsIo::create(&error);
    if (io == nullptr) {
      out->refusal = {"", error};
      return false;
    }
    out->workers.push_back(std::move(io));
  }
  out->kind = IoChoice::kSockets;
  return true;
}

}  // namespace

bool create_backend(IoChoice choice, uint32_t workers, IoBackend* out) {
  if (choice != IoChoice::kSockets) {
    if (create_shared(workers, out)) return true;
    out->workers.clear();
    if (choice == IoChoice::kShared) return false;
  }
  return create_sockets(workers, out);
}

}  // namespace rtpp
