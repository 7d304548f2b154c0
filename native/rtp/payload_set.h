#pragma once

#include <array>
#include <cstdint>

namespace rtpp {

/** RTP payload types, 0 to 127. */
class PayloadSet {
 public:
  void add(uint8_t type) { bits_[type / 8 % bits_.size()] |= bit(type); }
  bool has(uint8_t type) const { return (bits_[type / 8 % bits_.size()] & bit(type)) != 0; }
  bool empty() const { return bits_ == decltype(bits_){}; }

 private:
  static constexpr uint8_t bit(uint8_t type) { return static_cast<uint8_t>(1u << type % 8); }

  std::array<uint8_t, 16> bits_{};
};

}  // namespace rtpp
