#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace rtpp {

/**
 * Bounded queue between exactly one producer thread and one consumer thread. Nothing is allocated after construction,
 * and neither side ever waits: a full ring refuses, an empty one says so.
 */
template <typename T, size_t kCapacity>
class SpscRing {
  static_assert((kCapacity & (kCapacity - 1)) == 0, "capacity must be a power of two");

 public:
  SpscRing() : slots_(std::make_unique<T[]>(kCapacity)) {}

  /** Producer: false when the ring is full. */
  [[nodiscard]] bool push(const T& value) {
    const size_t tail = tail_.load(std::memory_order_relaxed);
    if (tail - head_.load(std::memory_order_acquire) == kCapacity) return false;
    slots_[tail & (kCapacity - 1)] = value;
    tail_.store(tail + 1, std::memory_order_release);
    return true;
  }

  /** Consumer: false when the ring is empty. */
  [[nodiscard]] bool pop(T* value) {
    const size_t head = head_.load(std::memory_order_relaxed);
    if (head == tail_.load(std::memory_order_acquire)) return false;
    *value = slots_[head & (kCapacity - 1)];
    head_.store(head + 1, std::memory_order_release);
    return true;
  }

  /** Either side: whether nothing is queued at this moment. */
  bool empty() const { return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire); }

 private:
  std::unique_ptr<T[]> slots_;
  // Producer and consumer each write one index; separate cache lines keep them from slowing each other down.
  alignas(64) std::atomic<size_t> head_{0};
  alignas(64) std::atomic<size_t> tail_{0};
};

}  // namespace rtpp
