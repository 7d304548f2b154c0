#include "engine/operations/forking.h"

#include <algorithm>
#include <cerrno>

#include "engine/engine.h"

namespace rtpp {
namespace {

/** Sources that one session can have. */
constexpr size_t kMaxSources = 8;

}  // namespace

int Engine::fork(SessionId target_id, SessionId source_id, bool crossed) {
  Session* target = find(target_id);
  Session* source = find(source_id);
  if (target == nullptr || source == nullptr) return EBADF;
  if (target == source || feeds(*target, *source, Forks::kMaxDepth)) return ELOOP;
  if (target->worker != source->worker) return EXDEV;
  auto& forks = target->own_forks;
  auto fork =
      std::find_if(forks.begin(), forks.end(), [&](const auto& known) { return known->source_id == source->id; });
  // One whose source has ended can serve again: the worker learns of both in this order.
  if (fork == forks.end()) {
    fork =
        std::find_if(forks.begin(), forks.end(), [&](const auto& known) { return find(known->source_id) == nullptr; });
  }
  if (fork == forks.end()) {
    if (forks.size() >= kMaxSources) return ENOSPC;
    fork = forks.insert(forks.end(), std::make_unique<Fork>());
  }
  (*fork)->source_id = source->id;
  // Its worker learns of it here if it has not before: the source's end must take the same way.
  source->posted = true;
  post(target, op::StartFork{fork->get(), source, crossed});
  return 0;
}

bool Engine::feeds(const Session& source, const Session& target, int depth) {
  if (depth == 0) return false;
  return std::any_of(target.own_forks.begin(), target.own_forks.end(), [&](const auto& fork) {
    const Session* between = find(fork->source_id);
    return between != nullptr && (between == &source || feeds(source, *between, depth - 1));
  });
}

void op::StartFork::apply(WorkerParts* /*worker*/, Session* session) const {
  Forks::start(fork, source, session, crossed);
}

}  // namespace rtpp
