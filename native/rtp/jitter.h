#pragma once

#include <array>
#include <cstdint>

#include "rtp/packet.h"

namespace rtpp {

/** Interarrival jitter over all SSRCs of a stream with at least two counted packets, in RTP timestamp units. */
struct JitterStats {
  /** Current value of the SSRC that appeared last. */
  double last = 0;
  double max = 0;
  double average = 0;
  /** SSRCs behind the figures that are still remembered one by one. */
  uint32_t ssrcs = 0;
  uint64_t packets = 0;
  uint64_t values = 0;
};

/** RFC 3550 6.4.1 jitter with the C daemon's guards against retransmissions and timestamp jumps (media.md 5.3). */
class JitterMeter {
  static constexpr uint32_t kRecent = 10;

 public:
  /** SSRCs that are remembered one by one. */
  static constexpr uint32_t kSources = 10;

  struct Source {
    int64_t arrival = 0;  // of the packet before, in ticks of its clock
    double last = 0;
    double max = 0;
    double sum = 0;
    uint32_t ssrc = 0;
    uint32_t ts = 0;  // of the packet before
    uint32_t packets = 0;
    uint8_t recent_count = 0;
    uint8_t recent_next = 0;
    std::array<uint32_t, kRecent> recent{};

    bool repeats(uint32_t timestamp) const;
    void remember(uint32_t timestamp, int64_t ticks);
    void count(uint32_t timestamp, int64_t ticks);
  };
  /** Those after the first one, which few streams have. */
  using Others = std::array<Source, kSources - 1>;

  /** `others` is written, and then read, as SSRCs appear; what is in it before does not matter. */
  explicit JitterMeter(Others* others) : others_(others) {}

  /** `restarted`: the packet does not continue the sequence before it, so no value comes of it. */
  void on_packet(const RtpView& rtp, double arrival_s, bool restarted);
  JitterStats stats() const;

 private:
  Source& at(uint32_t place) { return place == 0 ? first_ : (*others_)[place - 1]; }
  const Source& at(uint32_t place) const { return place == 0 ? first_ : (*others_)[place - 1]; }
  /** The i-th youngest source, i from 0. */
  const Source& youngest(uint32_t i) const { return at((next_ + kSources - 1 - i) % kSources); }
  Source* find(uint32_t ssrc);
  Source* add(uint32_t ssrc);

  Source first_;
  Others* others_;
  // Sources that had to give way to younger ones.
  double gone_max_ = 0;
  double gone_sum_ = 0;
  uint64_t gone_packets_ = 0;
  uint64_t gone_values_ = 0;
  /** Where the next new SSRC goes: the oldest one's place once all are taken. */
  uint8_t next_ = 0;
  uint8_t used_ = 0;
  /** Where the packet before was found. */
  uint8_t current_ = 0;
};

}  // namespace rtpp
