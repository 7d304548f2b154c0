#pragma once

#include <cstdint>

namespace rtpp {

/**
 * A whole number whose bounds are part of the signature: the addon refuses others, callers in C++ keep to them. Apart
 * from that it is an int32_t.
 */
template <int32_t kMin, int32_t kMax>
class Bounded {
 public:
  constexpr Bounded() = default;
  constexpr Bounded(int32_t value) : value_(value) {}
  constexpr operator int32_t() const { return value_; }

 private:
  int32_t value_ = kMin > 0 ? kMin : 0;
};

}  // namespace rtpp
