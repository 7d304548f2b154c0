#pragma once

#include <cstdint>

#include "rtp/packet.h"

namespace rtpp {

/**
 * Counts packets that come too late for a jitter buffer of a fixed 60 ms. The buffer plays a packet 60 ms after the
 * moment at which it would have come with the smallest transit time of the last 5 to 10 seconds; so drift of the
 * sender's clock does not add up. It starts anew
 *   - with another SSRC, another clock rate, and after 2 s without a packet;
 *   - when the timestamp is 2 s or more from where it should be: it has jumped;
 *   - when a packet that would be late has the marker: after a silence in which the timestamp stood still;
 *   - when all packets of a second were late: the way has become longer, or the timestamp has jumped by less.
 * Types without a known clock rate are not judged.
 */
class LateMeter {
 public:
  /** A packet that is no duplicate. `arrival_s`: monotonic seconds. `restarted`: it is the first of its SSRC. */
  void on_packet(const RtpView& rtp, double arrival_s, bool restarted);

  uint32_t count() const { return count_; }
  /** How much later than with that smallest transit time the latest packet came, in seconds; -1: none was judged. */
  double behind() const { return seconds(behind_); }
  /** The most of any packet, of those that the buffer did not start anew with. */
  double most_behind() const { return seconds(most_); }

 private:
  double seconds(uint32_t ticks) const { return rate_ == 0 ? -1 : static_cast<double>(ticks) / rate_; }
  void begin(uint32_t rate, uint32_t now, uint32_t transit);
  /** A window is over: its least transit counts in place of the one before. */
  void roll(uint32_t now, uint32_t transit);

  // Times and transits are ticks of the stream's clock, and wrap as its timestamps do.
  uint32_t count_ = 0;
  /** Ticks in a second; 0: no packet yet. */
  uint32_t rate_ = 0;
  /** Arrival of the packet before. */
  uint32_t last_ = 0;
  /** Arrival minus timestamp, the least of this window and the one before; of this one alone; and when it began. */
  uint32_t least_ = 0;
  uint32_t recent_ = 0;
  uint32_t window_ = 0;
  /** Packets are late without exception, since then. */
  uint32_t late_since_ = 0;
  /** Of the latest packet, and the most of any; less than the two seconds of a jump. */
  uint32_t behind_ = 0;
  uint32_t most_ = 0;
  bool late_ = false;
};

}  // namespace rtpp
