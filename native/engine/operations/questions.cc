#include "engine/operations/questions.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "base/clock.h"
#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {

int Engine::snapshot(SessionId id, SessionFigures* out) {
  if (find(id) == nullptr) return EBADF;
  snapshots(std::array{id}, out);
  return 0;
}

void Engine::snapshots(std::span<const SessionId> ids, SessionFigures* out) {
  done_.expect(want(ids, out, &wanted_));
  for (size_t i = 0; i < wanted_.size(); ++i) {
    if (!wanted_[i].empty()) workers_[i]->post({nullptr, op::Snapshots{wanted_[i], &done_}});
  }
  done_.wait();
  for (auto& wanted : wanted_) wanted.clear();
}

int Engine::ask_snapshots(std::span<const SessionId> ids) {
  if (survey_.asked) return EBUSY;
  survey_.asked = true;
  survey_.rows.resize(ids.size());
  for (auto& wanted : survey_.wanted) wanted.clear();
  survey_.open.store(want(ids, survey_.rows.data(), &survey_.wanted), std::memory_order_relaxed);
  for (size_t i = 0; i < workers_.size(); ++i) {
    const auto& wanted = survey_.wanted[i];
    if (!wanted.empty()) workers_[i]->post({nullptr, op::Ask{wanted, &survey_.open}});
  }
  return 0;
}

std::optional<std::span<const SessionFigures>> Engine::take_snapshots() {
  if (!survey_.asked || survey_.open.load(std::memory_order_acquire) > 0) return std::nullopt;
  survey_.asked = false;
  return survey_.rows;
}

uint32_t Engine::want(std::span<const SessionId> ids, SessionFigures* out, WantedOfWorkers* wanted) {
  for (const SessionId id : ids) {
    const Session* session = find(id);
    if (session == nullptr) {
      out->ttl = std::numeric_limits<double>::quiet_NaN();
    } else if (session->posted) {
      (*wanted)[session->worker].push_back({session, out});
    } else {
      session->snapshot(wall_offset_ns(), out);
    }
    ++out;
  }
  return static_cast<uint32_t>(std::ranges::count_if(*wanted, [](const auto& it) { return !it.empty(); }));
}

void Engine::sync() {
  done_.expect(static_cast<uint32_t>(workers_.size()));
  for (const auto& worker : workers_) worker->post({nullptr, op::Sync{&done_}});
  done_.wait();
}

void op::Snapshots::apply(WorkerParts* worker, Session* /*none*/) const { worker->question = {done, wanted}; }

void op::Ask::apply(WorkerParts* worker, Session* /*none*/) const { worker->asked = {open, wanted}; }

void op::Sync::apply(WorkerParts* worker, Session* /*none*/) const { worker->question = {done, {}}; }

}  // namespace rtpp
