#pragma once

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/counter.h"

namespace rtpp {

/**
 * Records of any size on their way from one thread, the producer, to another one, the consumer, in order. The memory is
 * reserved when the ring is made, and touched only as far as the consumer lags behind: an emptied ring starts again at
 * its beginning. Neither side ever waits.
 *
 * A `Header` stands in front of each record. It has `size`, the bytes behind it; `gap(size)` makes one that stands for
 * unused space, and `is_gap()` tells it from others.
 */
template <typename Header>
class ByteRing {
 public:
  /** Null with `*error` set to an errno. `capacity` is a power of two and at most 1 GiB. */
  static std::unique_ptr<ByteRing> create(size_t capacity, int* error) {
    void* memory =
        ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      *error = errno;
      return nullptr;
    }
    return std::unique_ptr<ByteRing>(new ByteRing(static_cast<uint8_t*>(memory), capacity));
  }
  ~ByteRing() { ::munmap(memory_, capacity_); }
  ByteRing(const ByteRing&) = delete;
  ByteRing& operator=(const ByteRing&) = delete;

  /** Producer: room for `header` and as many bytes as it says, or null when there is none. Queues nothing yet. */
  Header* reserve(const Header& header) {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    const uint64_t head = head_.load(std::memory_order_acquire);
    if (head == tail) base_ = tail;
    const size_t needed = footprint(header.size);
    const size_t to_end = capacity_ - offset(tail);
    // A record lies in one piece: where it does not fit before the end of the memory it goes to the beginning.
    const size_t skipped = needed > to_end ? to_end : 0;
    if (capacity_ - (tail - head) < skipped + needed) return nullptr;
    if (skipped > 0) {
      *at(static_cast<uint32_t>(offset(tail))) = Header::gap(static_cast<uint32_t>(skipped - sizeof(Header)));
    }
    reserved_ = tail + skipped + needed;
    Header* record = at(static_cast<uint32_t>(offset(tail + skipped)));
    *record = header;
    return record;
  }
  /** Producer: queues what was reserved. True when so much waits that the consumer should be woken. */
  bool commit() {
    const uint64_t before = tail_.load(std::memory_order_relaxed);
    tail_.store(reserved_, std::memory_order_release);
    const uint64_t head = head_.load(std::memory_order_relaxed);
    const uint64_t much = capacity_ / 4;
    return before - head < much && reserved_ - head >= much;
  }
  /** Written by the producer: records that found no room. */
  Counter dropped;
  /** Producer: where the next record will begin, in bytes since the ring was made. */
  uint64_t tail() const { return tail_.load(std::memory_order_relaxed); }
  /** Bytes of the memory that a record of `size` bytes takes. */
  static size_t footprint(size_t size) { return (sizeof(Header) + size + kAlign - 1) / kAlign * kAlign; }

  /** Either side: whether nothing is queued at this moment. */
  bool empty() const { return head_.load(std::memory_order_acquire) == tail_.load(std::memory_order_acquire); }

  /** Consumer: starts to look at what is queued now. */
  void begin() { end_ = tail_.load(std::memory_order_acquire); }
  /** Consumer: the next record, or null at the end of what was queued at `begin`. */
  Header* next() {
    while (cursor_ != end_) {
      Header* record = at(static_cast<uint32_t>(offset(cursor_)));
      cursor_ += footprint(record->size);
      if (!record->is_gap()) return record;
    }
    return nullptr;
  }
  /** Consumer: gives back the room of every record that `next` has returned. */
  void release() { head_.store(cursor_, std::memory_order_release); }
  /** Consumer: whether it has given back what was queued when the producer's `tail` was there. */
  bool released(uint64_t tail) const { return head_.load(std::memory_order_relaxed) >= tail; }
  /** Consumer: where a record lies, and what lies there. */
  uint32_t place(const Header* record) const {
    return static_cast<uint32_t>(reinterpret_cast<const uint8_t*>(record) - memory_);
  }
  Header* at(uint32_t place) const { return reinterpret_cast<Header*>(memory_ + place); }

 private:
  // Wherever there is any room at the end of the memory, a header fits there.
  static constexpr size_t kAlign = sizeof(Header);
  static_assert((kAlign & (kAlign - 1)) == 0);

  ByteRing(uint8_t* memory, size_t capacity) : memory_(memory), capacity_(capacity) {}
  size_t offset(uint64_t position) const { return static_cast<size_t>(position - base_) & (capacity_ - 1); }

  uint8_t* const memory_;
  const size_t capacity_;
  // Positions count bytes since the ring was made. The producer moves the base only while the ring is empty, and
  // publishes it with the next tail, so the consumer never looks at it meanwhile.
  uint64_t base_ = 0;
  /** Tail after the next `commit`. */
  uint64_t reserved_ = 0;
  alignas(64) std::atomic<uint64_t> tail_{0};
  alignas(64) std::atomic<uint64_t> head_{0};
  uint64_t cursor_ = 0;
  uint64_t end_ = 0;
};

}  // namespace rtpp
