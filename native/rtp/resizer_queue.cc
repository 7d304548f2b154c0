#include "rtp/resizer_queue.h"

#include <algorithm>
#include <cstring>

namespace rtpp {

uint32_t ResizerQueue::insert(QueuedAudio entry, const uint8_t* packet) {
  const uint32_t size = entry.header_len + entry.payload_len;
  const uint32_t before = count_;
  while (count_ == kPackets || end_ - begin_ + size > kBytes) pop_front();
  const uint32_t dropped = before - count_;
  if (first_ + count_ == kPackets || end_ + size > kBytes) slide();

  // Packets on another clock stay in front.
  uint32_t at = first_ + count_;
  while (at > first_ && entries_[at - 1].clock == entry.clock && ts_before(entry.ts, entries_[at - 1].ts)) --at;
  const uint32_t place = at == first_ + count_ ? end_ : entries_[at].header;
  std::memmove(store_.get() + place + size, store_.get() + place, end_ - place);
  std::memcpy(store_.get() + place, packet, size);
  end_ += size;
  for (uint32_t i = first_ + count_; i > at; --i) {
    entries_[i] = entries_[i - 1];
    entries_[i].header += size;
    entries_[i].payload += size;
  }
  entry.header = place;
  entry.payload = place + entry.header_len;
  entries_[at] = entry;
  ++count_;
  ticks_ += entry.ticks;
  return dropped;
}

void ResizerQueue::take_front(uint32_t bytes, uint32_t ticks) {
  QueuedAudio& front = entries_[first_];
  if (bytes >= front.payload_len) {
    pop_front();
    return;
  }
  front.payload += bytes;
  front.payload_len -= bytes;
  front.ts += ticks;
  front.ticks -= ticks;
  ticks_ -= ticks;
}

void ResizerQueue::pop_front() {
  ticks_ -= entries_[first_].ticks;
  ++first_;
  if (--count_ == 0) {
    first_ = begin_ = end_ = 0;
  } else {
    begin_ = entries_[first_].header;
  }
}

void ResizerQueue::slide() {
  std::memmove(store_.get(), store_.get() + begin_, end_ - begin_);
  for (uint32_t i = 0; i < count_; ++i) {
    QueuedAudio& entry = entries_[i];
    entry = entries_[first_ + i];
    entry.header -= begin_;
    entry.payload -= begin_;
  }
  end_ -= begin_;
  first_ = begin_ = 0;
}

void ResizerQueue::clear() { first_ = count_ = begin_ = end_ = ticks_ = 0; }

}  // namespace rtpp
