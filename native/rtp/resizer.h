#pragma once

#include <cstdint>
#include <optional>

#include "rtp/packet.h"
#include "rtp/resizer_queue.h"
#include "rtp/seq_series.h"

namespace rtpp {

/** What became of a packet that a resizer was offered. */
struct Intake {
  /** False: it takes no part and goes its way as it is. */
  bool taken = false;
  /** Packets given up: this one because it came too late, or queued ones for want of room. */
  uint32_t discarded = 0;
  /** Sequence number that a packet which takes no part has to leave with. */
  uint16_t seq = 0;
};

/**
 * Makes the packets of one RTP stream longer or shorter (modifier `z`, media.md 3.3). Everything is queued by
 * timestamp; packets come out only directly after one went in. About 35 kB, all of it allocated at construction.
 */
class Resizer {
 public:
  /** No packet that comes out is longer, and none that takes part. */
  static constexpr uint32_t kMaxPacket = 8192;
  /** Longest header, and most ticks of a packet that takes part: both bound what one packet can be turned into. */
  static constexpr uint32_t kMaxHeader = 512;
  static constexpr uint32_t kMaxTicks = 8192;

  /** Length of the packets from now on, 1 to 999 ms. */
  void set_ptime(uint32_t ms);
  /** Forgets everything but the length; returns how many packets were queued. */
  uint32_t clear();

  /** Offers a packet that `rtp` was read from. `now_ns` is monotonic. */
  Intake push(const uint8_t* packet, const RtpView& rtp, const PacketOrigin& origin, int64_t now_ns);
  /**
   * To be called until there is nothing after each packet that was received, whatever `push` said: writes the next
   * packet that is due to `out` (kMaxPacket bytes) and returns its length; 0 when there is none. `origin` becomes that
   * of its first part.
   */
  uint32_t pop(int64_t now_ns, uint8_t* out, PacketOrigin* origin);

 private:
  bool due(int64_t now_ns) const;
  /** A packet that is queued or too late: is it on another clock than those before it? */
  bool starts_clock(const RtpView& rtp) const;
  void follow_clock(uint32_t ts, int64_t now_ns);
  uint32_t write_header(const QueuedAudio& first, uint8_t* out);

  ResizerQueue queue_;
  uint32_t target_ = 0;
  /** Ticks after which the packets at hand go out although they are shorter than the target. */
  uint32_t limit_ = 0;
  /** Of the latest packet. */
  std::optional<uint32_t> ssrc_;
  /** Grows with each new clock: another SSRC, or timestamps that step back. */
  uint32_t clock_ = 0;
  /** Highest timestamp on that clock. */
  uint32_t newest_ = 0;
  /** Where the audio sent on that clock ends: what is older comes too late. */
  std::optional<uint32_t> sent_;
  /** What the local clock lacks to the sender's, in ticks. */
  std::optional<uint32_t> offset_;
  SeqSeries series_;
};

}  // namespace rtpp
