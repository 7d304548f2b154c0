#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace load {

/**
 * Counts nanosecond values in buckets that are at most 1/64 of the value wide; no allocation. Values over 68 s count as
 * 68 s.
 */
class Histogram {
 public:
  void record(uint64_t ns) {
    ++buckets_[index(ns)];
    ++count_;
    max_ = std::max(max_, ns);
  }

  void merge(const Histogram& other) {
    for (unsigned i = 0; i < kBuckets; ++i) buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }

  /** Smallest bucket end that at least `fraction` of the values do not exceed; never over max(). 0 without values. */
  uint64_t quantile(double fraction) const {
    const auto wanted = std::max<uint64_t>(1, static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_))));
    uint64_t seen = 0;
    for (unsigned i = 0; i < kBuckets; ++i) {
      seen += buckets_[i];
      if (seen >= wanted) return std::min(max_, end(i));
    }
    return max_;
  }

 private:
  /** Each power of two is divided into 2^kBits buckets; below 2^(kBits+1) every value has its own. */
  static constexpr unsigned kBits = 6;
  static constexpr unsigned kLargestPower = 36;
  static constexpr unsigned kBuckets = (kLargestPower - kBits + 1) << kBits;

  static unsigned index(uint64_t ns) {
    const uint64_t value = std::min(ns, (uint64_t{1} << kLargestPower) - 1);
    const unsigned width = static_cast<unsigned>(std::bit_width(value));
    const unsigned shift = width > kBits + 1 ? width - kBits - 1 : 0;
    return (shift << kBits) + static_cast<unsigned>(value >> shift);
  }

  static uint64_t end(unsigned index) {
    const unsigned power = index >> kBits;
    const unsigned shift = power > 0 ? power - 1 : 0;
    const uint64_t mantissa = index - (uint64_t{shift} << kBits);
    return ((mantissa + 1) << shift) - 1;
  }

  std::array<uint32_t, kBuckets> buckets_ = {};
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

}  // namespace load
