#include "engine/operations/questions.h"

#include <cerrno>

#include "engine/engine.h"
#include "engine/worker_parts.h"

namespace rtpp {

int Engine::snapshot(SessionId id, SessionFigures* out) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  if (session->posted) {
    ask(workers_[session->worker].get(), {session, op::Snapshot{out, &done_}});
  } else {
    session->snapshot(out);
  }
  return 0;
}

void Engine::sync() {
  for (const auto& worker : workers_) ask(worker.get(), {nullptr, op::Sync{&done_}});
}

void Engine::ask(Worker* worker, const Posted& question) {
  done_.reset();
  worker->post(question);
  done_.wait();
}

void op::Snapshot::apply(WorkerParts* worker, Session* session) const { worker->question = {done, session, out}; }

void op::Sync::apply(WorkerParts* worker, Session* /*none*/) const { worker->question = {done, nullptr, nullptr}; }

}  // namespace rtpp
