#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/counter.h"

namespace rtpp {

struct RecordFile;

/** Stands in front of each record in a queue. */
struct QueuedRecord {
  static constexpr uint32_t kNone = UINT32_MAX;

  /** Null for the unused space at the end of the memory. */
  RecordFile* file;
  /** Bytes behind this header. */
  uint32_t size;
  /** Disk thread: place of the next record of the same file, or kNone. */
  uint32_t next;

  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }
};

/**
 * Records of all files of one relay worker on their way to the disk thread, in order. The memory is reserved when the
 * queue is made, and touched only as far as the disk thread lags behind: an emptied queue starts again at its
 * beginning. Neither side ever waits.
 */
class RecordQueue {
 public:
  /** Null with `*error` set to an errno. `capacity` is a power of two and at most 1 GiB. */
  static std::unique_ptr<RecordQueue> create(size_t capacity, int* error);
  ~RecordQueue();
  RecordQueue(const RecordQueue&) = delete;
  RecordQueue& operator=(const RecordQueue&) = delete;

  /** Worker: room for `size` bytes, or null when there is none. Nothing is queued before `commit`. */
  QueuedRecord* reserve(RecordFile* file, size_t size);
  /** Worker: queues what was reserved. True when so much waits that the disk thread should be woken. */
  bool commit();
  /** Written by the worker: records that found no room. */
  Counter dropped;
  /** Bytes of the memory that a record of `size` bytes takes. */
  static size_t footprint(size_t size) { return (sizeof(QueuedRecord) + size + kAlign - 1) / kAlign * kAlign; }

  /** Disk thread: starts to look at what is queued now. */
  void begin() { end_ = tail_.load(std::memory_order_acquire); }
  /** Disk thread: the next record, or null at the end of what was queued at `begin`. */
  QueuedRecord* next();
  /** Disk thread: gives back the room of every record that `next` has returned. */
  void release() { head_.store(cursor_, std::memory_order_release); }
  /** Disk thread: for `QueuedRecord::next`. */
  uint32_t place(const QueuedRecord* record) const {
    return static_cast<uint32_t>(reinterpret_cast<const uint8_t*>(record) - memory_);
  }
  QueuedRecord* at(uint32_t place) const { return reinterpret_cast<QueuedRecord*>(memory_ + place); }

 private:
  static constexpr size_t kAlign = sizeof(QueuedRecord);

  RecordQueue(uint8_t* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}
  size_t offset(uint64_t position) const { return static_cast<size_t>(position - base_) & (capacity_ - 1); }

  uint8_t* const memory_;
  const size_t capacity_;
  // Positions count bytes since the queue was made. The worker moves the base only while the queue is empty, and
  // publishes it with the next tail, so the disk thread never looks at it meanwhile.
  uint64_t base_ = 0;
  /** Tail after the next `commit`. */
  uint64_t reserved_ = 0;
  alignas(64) std::atomic<uint64_t> tail_{0};
  alignas(64) std::atomic<uint64_t> head_{0};
  uint64_t cursor_ = 0;
  uint64_t end_ = 0;
};

}  // namespace rtpp
