#pragma once

#include <cstdint>

namespace rtpp {

/**
 * How much is reported of what the packets of one stream cause: a peer that changes something with each of them must
 * neither fill the log nor keep the main thread busy. What goes beyond is counted.
 */
class EventBudget {
 public:
  /** So many events at once, and one a second from then on. */
  static constexpr uint32_t kBurst = 40;
  /** Changes of the SSRC, the cheapest to cause, leave room for the others. */
  static constexpr uint32_t kSsrcBurst = 20;

  /** Whether an event may be reported now, of those that share the first `burst` places; otherwise it is left out. */
  bool admit(uint32_t burst = kBurst) {
    if (spent_ < burst) {
      ++spent_;
      return true;
    }
    leave_out();
    return false;
  }
  /** An event was not reported. */
  void leave_out() {
    if (left_out_ < kMaxCount) ++left_out_;
  }
  uint32_t left_out() const { return left_out_; }
  /** The count was reported, in the place of an event. */
  void reported() { left_out_ = 0; }
  /** Once a second, unless the count was reported instead. */
  void refill() {
    if (spent_ > 0) --spent_;
  }

 private:
  /** More than come between two ticks. */
  static constexpr uint32_t kMaxCount = (1u << 24) - 1;

  uint32_t left_out_ : 24 = 0;
  uint32_t spent_ : 8 = 0;
};

}  // namespace rtpp
