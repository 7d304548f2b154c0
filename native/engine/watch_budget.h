#pragma once

#include <cstdint>

namespace rtpp {

/**
 * How much of what one stream receives is shown to modules: the queue to the main thread is shared by all streams of a
 * worker, and a party that sends without end must not keep out the digits and the RTCP of other calls.
 */
class WatchBudget {
 public:
  /** In a second of the worker. Digits (RFC 4733) are 50 packets a second, audio in frames of 5 ms 200. */
  static constexpr uint32_t kPerSecond = 200;
  /** A longer packet counts as so many of this size. */
  static constexpr uint32_t kPacketBytes = 256;

  /** Whether a packet of that size is still shown. */
  bool admit(uint32_t bytes) {
    if (spent_ >= kPerSecond) return false;
    const uint32_t spent = spent_ + 1 + (bytes > 0 ? bytes - 1 : 0) / kPacketBytes;
    spent_ = static_cast<uint8_t>(spent < kPerSecond ? spent : kPerSecond);
    return true;
  }
  /** Once a second. */
  void refill() { spent_ = 0; }

 private:
  static_assert(kPerSecond <= UINT8_MAX);
  uint8_t spent_ = 0;
};

}  // namespace rtpp
