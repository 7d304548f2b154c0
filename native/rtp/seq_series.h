#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace rtpp {

/**
 * Sequence numbers of a stream of which some packets are re-packetised and others pass beside them. All leave in one
 * series: no packet gets the number of another one, or one before a packet that is out already. Until the first
 * re-packetised packet, numbers stay as they are. Later, packets that pass keep their distance to the packet before
 * them, so that the receiver sees what was lost, and two that were swapped within a run keep their places.
 */
class SeqSeries {
 public:
  /** A packet of this number came in whose audio was queued or given up. */
  void taken(uint32_t ssrc, uint16_t seq);
  /** Number of a packet that passes. */
  uint16_t passed(uint32_t ssrc, uint16_t seq);
  /** Number of a packet that was made; `seq` is that of its first part. */
  uint16_t made(uint32_t ssrc, uint16_t seq);
  /** Forgets everything. */
  void clear() { *this = SeqSeries(); }

 private:
  struct Source {
    /** A packet of this number came in. */
    void hear(uint16_t seq);

    uint32_t ssrc = 0;
    bool used = false;
    /** Something came in, and `seen` is the latest number. */
    bool heard = false;
    /** Something is out, and `next` follows the highest number. */
    bool started = false;
    /** A packet that was made is out. */
    bool renumbered = false;
    uint16_t seen = 0;
    uint16_t next = 0;
    /** Numbers from `run` up to `next` belong to packets that pass: to each its own number plus `shift`. */
    uint16_t run = 0;
    uint16_t shift = 0;
  };

  /** What is known of a source that sends something out; it becomes the current one, in place of the one before the
   * current if it is new. */
  Source& of(uint32_t ssrc);
  static uint16_t renumber(Source* source, uint16_t seq);

  // The current source and the one before it.
  std::array<Source, 2> sources_;
  uint8_t current_ = 0;
  /** Follows the number of the packet that was made last. */
  std::optional<uint16_t> made_;
};

}  // namespace rtpp
