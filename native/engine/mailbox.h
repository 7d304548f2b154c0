#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

#include "engine/operations/operation.h"

namespace rtpp {

/** Lets the main thread wait for a worker. Reused, so it outlives every notification. */
class Completion {
 public:
  void reset() { done_.store(0, std::memory_order_relaxed); }
  void wait() { done_.wait(0, std::memory_order_acquire); }
  void signal() {
    done_.store(1, std::memory_order_release);
    done_.notify_one();
  }

 private:
  std::atomic<uint32_t> done_{0};
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
