#include "engine/batch_window.h"

#include "check.h"

using namespace rtpp;

namespace {

constexpr int64_t kMillisecond = 1'000'000;

/** Looks at the load when it is due, as a worker does. */
struct Load {
  /** `milliseconds` in which the thread uses this share of a processor. */
  void run(int milliseconds, double share) {
    for (int i = 0; i < milliseconds; ++i) {
      now += kMillisecond;
      cpu += static_cast<int64_t>(share * kMillisecond);
      if (window.due(now)) window.look(now, cpu);
    }
  }
  /** Nothing at all: nobody looks. */
  void sleep(int milliseconds) { now += milliseconds * kMillisecond; }

  int64_t now = 1'000'000 * kMillisecond;
  int64_t cpu = 0;
  BatchWindow window{kAutoWindow};
};

}  // namespace

TEST(a_fixed_window_stays) {
  for (const int32_t microseconds : {0, 1, 500, kMaxWindow}) {
    const BatchWindow window(microseconds);
    CHECK_EQ(window.ns(), microseconds * int64_t{1000});
    CHECK(!window.due(INT64_MAX));
  }
}

TEST(with_time_to_spare_nothing_waits) {
  Load load;
  CHECK_EQ(load.window.ns(), 0);
  for (const double share : {0.05, 0.2, 0.39}) {
    load.run(1000, share);
    CHECK_EQ(load.window.ns(), 0);
  }
}

TEST(the_window_widens_with_the_load) {
  Load load;
  int64_t last = 0;
  for (const double share : {0.5, 0.6, 0.7}) {
    load.run(1000, share);
    CHECK(load.window.ns() > last);
    last = load.window.ns();
  }
  CHECK_NEAR(last, 375'000, 1000);
  for (const double share : {0.85, 1.0}) {
    load.run(1000, share);
    CHECK_EQ(load.window.ns(), 500'000);
  }
}

TEST(it_follows_within_a_tenth_of_a_second) {
  Load load;
  load.run(1000, 0.1);
  load.run(100, 1);
  CHECK_EQ(load.window.ns(), 500'000);
  load.run(100, 0.1);
  CHECK_EQ(load.window.ns(), 0);
}

TEST(one_busy_moment_does_not_open_it) {
  Load load;
  load.run(1000, 0.1);
  load.run(10, 1);
  CHECK_EQ(load.window.ns(), 0);
}

TEST(what_was_before_a_silence_does_not_count) {
  Load load;
  load.run(1000, 1);
  load.sleep(60'000);
  load.run(1, 1);
  CHECK_EQ(load.window.ns(), 0);
}
