#include "sinks/record_queue.h"

#include <sys/mman.h>

#include <cerrno>

namespace rtpp {

static_assert(sizeof(QueuedRecord) == 16);

std::unique_ptr<RecordQueue> RecordQueue::create(size_t capacity, int* error) {
  void* memory = ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    *error = errno;
    return nullptr;
  }
  return std::unique_ptr<RecordQueue>(new RecordQueue(static_cast<uint8_t*>(memory), capacity));
}

RecordQueue::~RecordQueue() { ::munmap(memory_, capacity_); }

QueuedRecord* RecordQueue::reserve(RecordFile* file, size_t size) {
  const uint64_t tail = tail_.load(std::memory_order_relaxed);
  const uint64_t head = head_.load(std::memory_order_acquire);
  if (head == tail) base_ = tail;
  const size_t needed = footprint(size);
  const size_t to_end = capacity_ - offset(tail);
  // A record lies in one piece: where it does not fit before the end of the memory it goes to the beginning.
  const size_t skipped = needed > to_end ? to_end : 0;
  if (capacity_ - (tail - head) < skipped + needed) return nullptr;
  if (skipped > 0) {
    *at(static_cast<uint32_t>(offset(tail))) = {nullptr, static_cast<uint32_t>(skipped - sizeof(QueuedRecord)), 0};
  }
  reserved_ = tail + skipped + needed;
  QueuedRecord* record = at(static_cast<uint32_t>(offset(tail + skipped)));
  *record = {file, static_cast<uint32_t>(size), QueuedRecord::kNone};
  return record;
}

bool RecordQueue::commit() {
  const uint64_t before = tail_.load(std::memory_order_relaxed);
  tail_.store(reserved_, std::memory_order_release);
  const uint64_t head = head_.load(std::memory_order_relaxed);
  const uint64_t much = capacity_ / 4;
  return before - head < much && reserved_ - head >= much;
}

QueuedRecord* RecordQueue::next() {
  while (cursor_ != end_) {
    QueuedRecord* record = at(static_cast<uint32_t>(offset(cursor_)));
    cursor_ += footprint(record->size);
    if (record->file != nullptr) return record;
  }
  return nullptr;
}

}  // namespace rtpp
