#pragma once

#include <array>
#include <cstdint>

#include "rtp/rtcp.h"

namespace rtpp {

/** What the RTCP of a leg's party tells, to a relay in the middle that only looks on. */
class RtcpMeter {
 public:
  /** A sender report of the party goes on to the other one; `ntp` is the middle of its NTP time. */
  void passed(uint32_t ntp, int64_t now_ns);
  /**
   * The party reports of what it gets. `sender` has the RTCP of the other party: that one's sender report passed here,
   * went to the party, waited there, and now its answer is here; the rest is the way to the party and back.
   */
  void reported(const RtcpReport& report, const RtcpMeter& sender, int64_t now_ns);

  // Each is -1 as long as it is not known.

  /** Lost packets, 0 to 1: the mean of its reports. */
  double loss() const { return reports_ == 0 ? -1 : lost_ / (256.0 * reports_); }
  /** RTP timestamp units, as reported last. */
  double jitter() const { return reports_ == 0 ? -1.0 : jitter_; }
  /** From here to the party and back in seconds, as measured last. */
  double round_trip() const { return round_trip_ < 0 ? -1 : round_trip_ / 65536.0; }

 private:
  // Times are 1/65536 s and wrap after 18 hours, as those of RTCP do.
  struct Pass {
    /** 0: nothing. */
    uint32_t ntp = 0;
    uint32_t at = 0;
  };

  /** The last two: an answer to one may come after the next. */
  std::array<Pass, 2> passes_;
  uint32_t reports_ = 0;
  uint32_t jitter_ = 0;
  /** Sum of the fractions. */
  uint32_t lost_ = 0;
  int32_t round_trip_ = -1;
};

}  // namespace rtpp
