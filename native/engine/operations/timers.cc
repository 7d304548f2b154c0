#include "engine/operations/timers.h"

#include <cerrno>

#include "engine/engine.h"
#include "engine/session.h"

namespace rtpp {

template <typename Start>
int Engine::start_timers(SessionId id, Start start) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  start.number = ++session->timer_starts;
  post(session, start);
  return 0;
}

int Engine::complete(SessionId id) { return start_timers(id, op::Complete{}); }

int Engine::set_ttl(SessionId id, LegIndex leg, Seconds seconds) {
  return start_timers(id, op::SetTtl(index(leg), seconds));
}

int Engine::restart(SessionId id) { return start_timers(id, op::Restart{}); }

bool Engine::overtaken(const Event& event) {
  if (event.kind != EventKind::kTimeout) return false;
  const Session* session = find(to_session_id(event.session));
  return session == nullptr || event.value != session->timer_starts;
}

namespace op {
namespace {

void start_all(Session* session, uint32_t number) {
  for (Leg& timer : session->timers()) timer.ttl = timer.full_ttl;
  session->started(number);
}

}  // namespace

void SetTtl::apply(WorkerParts* /*worker*/, Session* session) const {
  Leg& timer = session->timer(leg);
  timer.ttl = timer.full_ttl = timer.complete_ttl = seconds;
  session->started(number);
}

void Restart::apply(WorkerParts* /*worker*/, Session* session) const { start_all(session, number); }

void Complete::apply(WorkerParts* /*worker*/, Session* session) const {
  session->complete = true;
  for (Leg& timer : session->timers()) timer.full_ttl = timer.complete_ttl;
  start_all(session, number);
}

}  // namespace op
}  // namespace rtpp
