#include "base/spsc_ring.h"

#include <sched.h>

#include <cstdint>
#include <thread>

#include "check.h"

using rtpp::SpscRing;

TEST(takes_as_many_as_it_has_room_for) {
  SpscRing<int, 4> ring;
  CHECK(ring.empty());
  for (int i = 0; i < 4; ++i) CHECK(ring.push(i));
  CHECK(!ring.push(4));
  CHECK(!ring.empty());
  int value = -1;
  for (int i = 0; i < 4; ++i) {
    CHECK(ring.pop(&value));
    CHECK_EQ(value, i);
  }
  CHECK(ring.empty());
  CHECK(!ring.pop(&value));
  CHECK_EQ(value, 3);
}

TEST(keeps_the_order_across_its_end) {
  SpscRing<int, 8> ring;
  int next = 0;
  int expected = 0;
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 1 + round % 8; ++i) CHECK(ring.push(next++));
    int value = 0;
    while (ring.pop(&value)) CHECK_EQ(value, expected++);
  }
  CHECK_EQ(expected, next);
}

TEST(a_ring_of_one) {
  SpscRing<int, 1> ring;
  int value = 0;
  for (int i = 0; i < 3; ++i) {
    CHECK(ring.push(i));
    CHECK(!ring.push(-1));
    CHECK(ring.pop(&value));
    CHECK_EQ(value, i);
  }
}

TEST(two_threads) {
  // More than one word, so that a torn copy would show.
  struct Item {
    uint64_t number = 0;
    uint64_t copies[5] = {};
  };
  static constexpr uint64_t kItems = 200'000;
  SpscRing<Item, 256> ring;
  std::thread producer([&ring] {
    for (uint64_t i = 0; i < kItems; ++i) {
      const Item item{i, {i, i, i, i, i}};
      while (!ring.push(item)) ::sched_yield();
    }
  });
  uint64_t wrong = 0;
  for (uint64_t i = 0; i < kItems; ++i) {
    Item item;
    while (!ring.pop(&item)) ::sched_yield();
    if (item.number != i) ++wrong;
    for (const uint64_t copy : item.copies) {
      if (copy != i) ++wrong;
    }
  }
  producer.join();
  CHECK_EQ(wrong, 0u);
  CHECK(ring.empty());
}
