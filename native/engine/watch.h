#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_ring.h"
#include "base/names.h"
#include "engine/stats.h"
#include "engine/tap.h"
#include "io/batch.h"
#include "rtp/payload_set.h"

namespace rtpp {

struct Stream;

/** RTP of one leg: what modules look at, and what goes no further. */
struct WatchedPayloads {
  PayloadSet watched;
  PayloadSet hidden;
};

/** Fields of a record. */
#define RTPP_WATCHED_FIELDS(X)                                         \
  X(double, session)                                                   \
  X(double, arrived_at) /* Unix seconds */                             \
  X(uint32_t, size)     /* bytes of the packet, which stands behind */ \
  X(uint16_t, source_port)                                             \
  X(uint16_t, local_port)                                              \
  X(uint8_t, leg)                                                      \
  X(uint8_t, rtcp)                                                     \
  X(uint8_t, source_family)                                            \
  X(uint8_t, local_family)                                             \
  X(ByteArray<4>, reserved)                                            \
  X(ByteArray<16>, source_ip)                                          \
  X(ByteArray<16>, local_ip) /* the address that the packet came to */

/** A packet that modules look at. JavaScript reads a copy of the record and of the packet. */
struct WatchedPacket {
  RTPP_WATCHED_FIELDS(RTPP_MEMBER)

  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }
  static WatchedPacket gap(uint32_t size);
  bool is_gap() const { return session < 0; }
};
static_assert(sizeof(WatchedPacket) == 64);

/**
 * Copies of the packets of one worker's streams that modules look at, on their way to the main thread. Packets beyond
 * the share of their stream (WatchBudget), and those that find no room, are not shown to modules, and counted; they are
 * relayed all the same.
 */
class Watch {
 public:
  /** Bytes that the longest packet takes in what `drain` fills. */
  static constexpr size_t kLongest = sizeof(WatchedPacket) + kMaxDatagram;

  explicit Watch(WorkerCounters* counters) : counters_(counters) {}
  ~Watch() { delete ring_.load(std::memory_order_relaxed); }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  /** Main thread, before anything is watched: makes the room; 0 or an errno. */
  [[nodiscard]] int open();
  /** Main thread: whether all RTCP is watched from now on. */
  void watch_rtcp(bool on) { rtcp_.store(on, std::memory_order_release); }
  /**
   * Main thread: copies up to `limit` packets, each as a record and its bytes, at the next multiple of 8; ends when
   * there is less than `kLongest` room. Returns how many; `*used` is how many bytes they took.
   */
  size_t drain(std::span<uint8_t> out, size_t limit, size_t* used);
  /** Main thread: everything was taken that was watched when the worker's `end` was this. */
  bool drained(uint64_t end) const;

  /** Worker: packets of the stream are to be shown to `packet`. */
  bool concerns(const Stream& stream) const;
  /** Worker: a packet received on a stream that it concerns; false: it is hidden, and goes no further. */
  [[nodiscard]] bool packet(Stream* stream, const TappedPacket& packet);
  /** Worker: the end of what was watched so far. */
  uint64_t end() const;
  /** Any thread: nothing waits. */
  bool empty() const;

 private:
  using Ring = ByteRing<WatchedPacket>;

  /** Shows it to modules, unless its stream has had its share or there is no room. */
  void show(Stream* stream, const TappedPacket& packet);
  bool copy(const Stream& stream, const TappedPacket& packet);

  WorkerCounters* const counters_;
  std::atomic<Ring*> ring_{nullptr};
  std::atomic<bool> rtcp_{false};
};

}  // namespace rtpp
