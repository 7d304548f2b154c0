#include "latch/proof.h"

#include <algorithm>

#include "latch/judge.h"

namespace rtpp {
namespace {

/** Packets in a row that prove a holder to whom signalling points. */
constexpr uint8_t kEnoughPointed = 3;

/** Nobody but the holder, and other paths of its stream, was heard since then. */
bool alone(const GuardedLatch& guard, int64_t since_ns) {
  return std::ranges::none_of(candidates(guard),
                              [&](const LatchCandidate& it) { return it.near < kInARow && it.last_ns > since_ns; });
}

}  // namespace

void prove(LatchState* state) {
  GuardedLatch& guard = state->guard;
  guard.found = true;
  const Claim claim = claim_of(guard, guard.holder);
  // Who came only because the party was silent is not the party yet; nor is a single packet enough for a home.
  if (claim == Claim::kNothing && (guard.home_found || guard.packets == 1)) return;
  if (!guard.home_found || !guard.holder.same_host(guard.home)) guard.home_tenure = guard.tenures;
  guard.home = guard.holder;
  guard.home_found = true;
}

bool alone_for_long(const GuardedLatch& guard, int64_t now_ns) {
  const auto since = [&](int64_t then_ns) { return now_ns - then_ns >= kLoneMs * kNsPerMs && alone(guard, then_ns); };
  return since(guard.since_ns) || since(guard.heard_ns);
}

bool proven(const GuardedLatch& guard, int64_t now_ns) {
  const uint8_t packets = claim_of(guard, guard.holder) == Claim::kNothing ? kEnough : kEnoughPointed;
  if (guard.run >= packets) return true;
  return alone(guard, guard.since_ns) && guard.packets >= 2 && now_ns - guard.since_ns >= kRareMs * kNsPerMs;
}

void close_to_lesser(const GuardedLatch& guard) {
  for (LatchCandidate& it : candidates(guard)) {
    if (claim_of(guard, it.source) < claim_of(guard, guard.holder)) it.former_found = false;
  }
}

}  // namespace rtpp
