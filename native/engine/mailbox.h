#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "engine/operations/operation.h"

namespace rtpp {

/** Lets the main thread wait for workers. Reused, so it outlives every notification. */
class Completion {
 public:
  /** So many workers are to `signal`; a new one waits for one. */
  void expect(uint32_t workers) { left_.store(workers, std::memory_order_relaxed); }
  void wait() {
    while (const uint32_t left = left_.load(std::memory_order_acquire)) left_.wait(left, std::memory_order_acquire);
  }
  void signal() {
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_one();
  }

 private:
  std::atomic<uint32_t> left_{1};
};

/** An operation on its way from the main thread to the session's worker. */
struct Posted {
  /** Null for what concerns the worker as a whole. */
  Session* session = nullptr;
  Operation operation;
};
// Copied into a mailbox of a thousand and out of it.
static_assert(std::is_trivially_copyable_v<Posted> && sizeof(Posted) <= 48);

}  // namespace rtpp
