#pragma once

#include <cstdint>

#include "rtp/packet.h"

namespace rtpp {

/**
 * Which payload type a stream uses, and how many of its packets have another one. A new type is in use after half a
 * second of nothing else, so telephone events and comfort noise do not change it: all packets of an event have one
 * timestamp and count as one, and comfort noise counts for nothing.
 */
class PayloadTypes {
 public:
  void on_packet(const RtpView& rtp) {
    last_ = rtp.pt;
    if (rtp.pt == type_) [[likely]] {
      next_ = kNone;
    } else {
      other(rtp);
    }
  }

  /** -1: no packet yet. */
  int in_use() const { return type_ == kNone ? -1 : type_; }
  /** Of the latest packet; -1: no packet yet. */
  int last() const { return last_ == kNone ? -1 : last_; }
  /** Packets of other types than the one that was in use. */
  uint32_t others() const { return others_; }

 private:
  /** No payload type has so many bits. */
  static constexpr uint8_t kNone = 0xff;
  /** Frames of a new type in a row; of 20 ms. */
  static constexpr uint8_t kEnough = 25;

  static bool comfort_noise(uint8_t type) { return type == 13 || type == 19; }

  void other(const RtpView& rtp) {
    // What came first was only noise, if anything.
    if (type_ == kNone || (comfort_noise(type_) && !comfort_noise(rtp.pt))) {
      type_ = rtp.pt;
      return;
    }
    ++others_;
    if (comfort_noise(rtp.pt)) return;
    const bool same = rtp.pt == next_;
    if (!same) run_ = frames_ = 0;
    ++run_;
    if (!same || rtp.ts != ts_) ++frames_;
    next_ = rtp.pt;
    ts_ = rtp.ts;
    if (frames_ < kEnough) return;
    others_ -= run_;
    type_ = rtp.pt;
    next_ = kNone;
  }

  uint8_t type_ = kNone;
  /** The type of the packets since the last one of the type in use, when they have but one. */
  uint8_t next_ = kNone;
  /** Timestamps among these packets, the last of them, and how many packets. */
  uint8_t frames_ = 0;
  uint8_t last_ = kNone;
  uint32_t ts_ = 0;
  uint32_t run_ = 0;
  uint32_t others_ = 0;
};

}  // namespace rtpp
