#include "engine/operations/questions.h"

#include <algorithm>
#include <cerrno>
#include <limits>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {

int Engine::snapshot(SessionId id, SessionFigures* out) {
  const Session* session = find(id);
  if (session == nullptr) return EBADF;
  want(*session, out);
  await_wanted();
  return 0;
}

void Engine::snapshots(std::span<const SessionId> ids, SessionFigures* out) {
  for (const SessionId id : ids) {
    const Session* session = find(id);
    if (session != nullptr) want(*session, out);
    if (session == nullptr) out->ttl = std::numeric_limits<double>::quiet_NaN();
    ++out;
  }
  await_wanted();
}

void Engine::want(const Session& session, SessionFigures* out) {
  if (session.posted) {
    wanted_[session.worker].push_back({&session, out});
  } else {
    session.snapshot(wall_offset_ns(), out);
  }
}

void Engine::await_wanted() {
  done_.expect(static_cast<uint32_t>(std::ranges::count_if(wanted_, [](const auto& it) { return !it.empty(); })));
  for (size_t i = 0; i < wanted_.size(); ++i) {
    if (!wanted_[i].empty()) workers_[i]->post({nullptr, op::Snapshots{wanted_[i], &done_}});
  }
  done_.wait();
  for (auto& wanted : wanted_) wanted.clear();
}

void Engine::sync() {
  done_.expect(static_cast<uint32_t>(workers_.size()));
  for (const auto& worker : workers_) worker->post({nullptr, op::Sync{&done_}});
  done_.wait();
}

void op::Snapshots::apply(WorkerParts* worker, Session* /*none*/) const { worker->question = {done, wanted}; }

void op::Sync::apply(WorkerParts* worker, Session* /*none*/) const { worker->question = {done, {}}; }

}  // namespace rtpp
