#include "engine/operations/resizing.h"

#include <cerrno>

#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {

int Engine::set_resizer(SessionId id, LegIndex leg, Ptime ptime_ms) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  std::unique_ptr<Resizer>& resizer = session->resizers[index(leg)];
  if (resizer == nullptr) {
    if (ptime_ms == 0) return 0;
    resizer = std::make_unique<Resizer>();
  }
  post(session, op::SetResizer{index(leg), ptime_ms, ptime_ms == 0 ? nullptr : resizer.get()});
  return 0;
}

void op::SetResizer::apply(WorkerParts* worker, Session* session) const {
  Leg& resized = session->legs[leg];
  if (resizer == nullptr) {
    stop_resizing(worker, &resized);
    return;
  }
  resized.resizer = resizer;
  resizer->set_ptime(static_cast<uint32_t>(ptime_ms));
}

void stop_resizing(WorkerParts* worker, Leg* leg) {
  if (leg->resizer == nullptr) return;
  worker->counters.resizer_discarded.add(leg->resizer->clear());
  leg->resizer = nullptr;
}

}  // namespace rtpp
