#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/addr.h"

namespace rtpp {

/** Where a packet came from: its sender, the address that it was sent to, the Unix time of its arrival. */
struct PacketOrigin {
  Endpoint source;
  Endpoint local;
  double wall = 0;
};

/** The audio of one packet, or what is left of it. */
struct QueuedAudio {
  PacketOrigin origin;
  uint32_t ts = 0;
  uint32_t ssrc = 0;
  /** Number of the clock that `ts` was read from. */
  uint32_t clock = 0;
  uint32_t ticks = 0;
  // Places in the queue's store: the packet's header, and the payload that is left.
  uint32_t header = 0;
  uint32_t header_len = 0;
  uint32_t payload = 0;
  uint32_t payload_len = 0;
  uint8_t pt = 0;
  bool marker = false;
};

/** `a` lies before `b` on a clock that wraps. */
inline bool ts_before(uint32_t a, uint32_t b) { return a - b > 0x80000000u; }

/**
 * Copies of packets, by timestamp on each clock, clocks in order of arrival. The size is fixed: a queue that is full
 * gives up its oldest packets. Headers and payloads lie in the order of the queue in one store whose used part slides
 * forward.
 */
class ResizerQueue {
 public:
  static constexpr uint32_t kPackets = 128;
  static constexpr uint32_t kBytes = 24576;

  ResizerQueue() : store_(std::make_unique_for_overwrite<uint8_t[]>(kBytes)) {}

  bool empty() const { return count_ == 0; }
  uint32_t size() const { return count_; }
  /** Ticks of all packets. */
  uint32_t ticks() const { return ticks_; }
  const QueuedAudio& front() const { return entries_[first_]; }
  const uint8_t* bytes(uint32_t place) const { return store_.get() + place; }

  /**
   * Inserts a packet; its header and payload, together not longer than kBytes, are those of `packet`. `entry` needs no
   * places. Returns how many packets had to give way.
   */
  uint32_t insert(QueuedAudio entry, const uint8_t* packet);
  /** Takes audio from the beginning of the front packet; one without audio leaves the queue. */
  void take_front(uint32_t bytes, uint32_t ticks);
  /** The marker bit went with the part of the front packet that was taken. */
  void clear_front_marker() { entries_[first_].marker = false; }
  void clear();

 private:
  void pop_front();
  void slide();

  // Entries from first_ on; their bytes from begin_ to end_.
  std::array<QueuedAudio, kPackets> entries_;
  std::unique_ptr<uint8_t[]> store_;
  uint32_t first_ = 0;
  uint32_t count_ = 0;
  uint32_t begin_ = 0;
  uint32_t end_ = 0;
  uint32_t ticks_ = 0;
};

}  // namespace rtpp
