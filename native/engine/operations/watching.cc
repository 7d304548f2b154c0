#include "engine/operations/watching.h"

#include <cerrno>

#include "engine/engine.h"
#include "engine/session.h"

namespace rtpp {

int Engine::watch_rtcp(bool on) {
  for (const auto& worker : workers_) {
    if (const int error = on ? worker->watch().open() : 0; error != 0) return error;
  }
  for (const auto& worker : workers_) worker->watch().watch_rtcp(on);
  return 0;
}

int Engine::watch_payloads(SessionId id, LegIndex leg, const PayloadSet& watched, const PayloadSet& hidden) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  if (const int error = workers_[session->worker]->watch().open(); error != 0) return error;
  if (leg == LegIndex::kCallee) post(session, op::WatchPayloads<LegIndex::kCallee>{watched, hidden});
  if (leg == LegIndex::kCaller) post(session, op::WatchPayloads<LegIndex::kCaller>{watched, hidden});
  return 0;
}

size_t Engine::drain_watched(std::span<uint8_t> out, size_t limit) {
  size_t count = 0;
  for (size_t i = 0; i < workers_.size(); ++i) {
    watched_turn_ = (watched_turn_ + 1) % workers_.size();
    size_t used = 0;
    count += workers_[watched_turn_]->watch().drain(out, limit - count, &used);
    out = out.subspan(used);
  }
  return count;
}

template <LegIndex kLeg>
void op::WatchPayloads<kLeg>::apply(WorkerParts* /*worker*/, Session* session) const {
  (*session->reserve)[index(kLeg)].payloads = {watched, hidden};
  session->legs[index(kLeg)].rtp.watched = !watched.empty() || !hidden.empty();
}

template struct op::WatchPayloads<LegIndex::kCallee>;
template struct op::WatchPayloads<LegIndex::kCaller>;

}  // namespace rtpp
