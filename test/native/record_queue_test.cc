#include "sinks/record_queue.h"

#include <pthread.h>
#include <sched.h>

#include <cstring>
#include <vector>

#include "check.h"

using rtpp::QueuedRecord;
using rtpp::RecordFile;
using rtpp::RecordQueue;

namespace {

constexpr size_t kCapacity = 4096;

/** Never looked into: the queue only hands it back. */
RecordFile* const kFile = reinterpret_cast<RecordFile*>(0x1000);

std::unique_ptr<RecordQueue> open_queue() {
  int error = 0;
  auto queue = RecordQueue::create(kCapacity, &error);
  CHECK_EQ(error, 0);
  return queue;
}

/** Queues a record of that size, every byte of it `fill`; false when there is no room. */
bool add(RecordQueue* queue, size_t size, uint8_t fill, bool* wake = nullptr) {
  QueuedRecord* record = queue->reserve({kFile, static_cast<uint32_t>(size)});
  if (record == nullptr) return false;
  std::memset(record->data(), fill, size);
  const bool much = queue->commit();
  if (wake != nullptr) *wake = much;
  return true;
}

struct Taken {
  size_t size;
  uint8_t fill;
};

/** Takes everything; each record must be of one value throughout. */
std::vector<Taken> take(RecordQueue* queue) {
  std::vector<Taken> all;
  queue->begin();
  while (QueuedRecord* record = queue->next()) {
    CHECK(record->file == kFile);
    for (uint32_t i = 1; i < record->size; ++i) CHECK_EQ(record->data()[i], record->data()[0]);
    all.push_back({record->size, record->data()[0]});
  }
  queue->release();
  return all;
}

}  // namespace

TEST(records_come_in_order) {
  const auto queue = open_queue();
  for (uint8_t i = 0; i < 10; ++i) CHECK(add(queue.get(), 30 + i, i));
  const std::vector<Taken> all = take(queue.get());
  CHECK_EQ(all.size(), 10u);
  for (size_t i = 0; i < all.size(); ++i) {
    CHECK_EQ(all[i].size, 30 + i);
    CHECK_EQ(all[i].fill, i);
  }
  CHECK_EQ(take(queue.get()).size(), 0u);
}

TEST(nothing_is_queued_before_commit) {
  const auto queue = open_queue();
  CHECK(queue->reserve({kFile, 100}) != nullptr);
  CHECK_EQ(take(queue.get()).size(), 0u);
}

TEST(a_full_queue_refuses) {
  const auto queue = open_queue();
  const size_t size = 256 - sizeof(QueuedRecord);
  for (size_t i = 0; i < kCapacity / 256; ++i) CHECK(add(queue.get(), size, 1));
  CHECK(!add(queue.get(), 1, 2));
  CHECK_EQ(take(queue.get()).size(), kCapacity / 256);
  CHECK(add(queue.get(), size, 3));
}

TEST(room_comes_back_with_release) {
  const auto queue = open_queue();
  const size_t size = kCapacity / 2 - sizeof(QueuedRecord);
  CHECK(add(queue.get(), size, 1));
  CHECK(add(queue.get(), size, 2));
  queue->begin();
  CHECK(queue->next() != nullptr);
  CHECK(!add(queue.get(), size, 3));
  queue->release();
  CHECK(add(queue.get(), size, 3));
  CHECK_EQ(take(queue.get()).size(), 2u);
}

TEST(a_record_lies_in_one_piece) {
  const auto queue = open_queue();
  // Sizes that leave every possible rest at the end of the memory; one record always stays behind, so that the queue
  // never starts over.
  CHECK(add(queue.get(), 1, 0));
  for (int round = 0; round < 1000; ++round) {
    const size_t size = static_cast<size_t>(1 + round * 37 % 900);
    CHECK(add(queue.get(), size, static_cast<uint8_t>(round)));
    queue->begin();
    QueuedRecord* record = queue->next();
    CHECK(record != nullptr);
    CHECK(record->data() + record->size <= queue->at(0)->data() - sizeof(QueuedRecord) + kCapacity);
    queue->release();
  }
}

TEST(an_empty_queue_starts_over) {
  const auto queue = open_queue();
  QueuedRecord* first = queue->reserve({kFile, 100});
  queue->commit();
  CHECK(add(queue.get(), 3000, 1));
  CHECK_EQ(take(queue.get()).size(), 2u);
  CHECK(queue->reserve({kFile, 100}) == first);
}

TEST(the_largest_record) {
  const auto queue = open_queue();
  CHECK(add(queue.get(), kCapacity - sizeof(QueuedRecord), 1));
  CHECK_EQ(take(queue.get()).size(), 1u);
  CHECK(!add(queue.get(), kCapacity, 1));
}

TEST(asks_for_a_wake_when_a_quarter_waits) {
  const auto queue = open_queue();
  const size_t size = 512 - sizeof(QueuedRecord);
  bool wake = true;
  add(queue.get(), size, 1, &wake);
  CHECK(!wake);
  add(queue.get(), size, 1, &wake);
  CHECK(wake);
  add(queue.get(), size, 1, &wake);
  CHECK(!wake);
}

TEST(two_threads) {
  static constexpr uint32_t kRecords = 20'000;
  const auto queue = open_queue();
  pthread_t producer;
  const auto produce = [](void* argument) -> void* {
    auto* shared = static_cast<RecordQueue*>(argument);
    for (uint32_t i = 0; i < kRecords;) {
      QueuedRecord* record = shared->reserve({kFile, 4 + i % 300});
      if (record == nullptr) {
        ::sched_yield();
        continue;
      }
      std::memcpy(record->data(), &i, sizeof i);
      shared->commit();
      ++i;
    }
    return nullptr;
  };
  CHECK_EQ(::pthread_create(&producer, nullptr, produce, queue.get()), 0);
  uint32_t expected = 0;
  while (expected < kRecords) {
    queue->begin();
    while (QueuedRecord* record = queue->next()) {
      uint32_t number;
      std::memcpy(&number, record->data(), sizeof number);
      CHECK_EQ(number, expected);
      CHECK_EQ(record->size, 4 + expected % 300);
      ++expected;
    }
    queue->release();
    ::sched_yield();
  }
  ::pthread_join(producer, nullptr);
}
