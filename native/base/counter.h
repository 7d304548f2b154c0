#pragma once

#include <atomic>
#include <cstdint>

namespace rtpp {

/** Counter with one writing thread that any thread may read. Load and store are cheaper than an atomic addition. */
class Counter {
 public:
  void add(uint64_t n = 1) { value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed); }
  void set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace rtpp
