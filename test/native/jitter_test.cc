#include "rtp/jitter.h"

#include "check.h"

using rtpp::JitterMeter;
using rtpp::JitterStats;
using rtpp::RtpView;
using rtpp::test::Context;

namespace {

RtpView packet(uint32_t ts, uint32_t ssrc = 1, uint8_t pt = 0) {
  RtpView view{};
  view.pt = pt;
  view.ts = ts;
  view.ssrc = ssrc;
  return view;
}

/** Ticks of 8 kHz as seconds, safe against rounding. */
double ticks(int n) { return (100000 + n + 0.5) / 8000; }

}  // namespace

TEST(gain_is_a_sixteenth) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  meter.on_packet(packet(0), ticks(0), false);
  meter.on_packet(packet(160), ticks(160 + 32), false);
  CHECK_NEAR(meter.stats().last, 2.0, 1e-12);
  meter.on_packet(packet(320), ticks(320), false);
  CHECK_NEAR(meter.stats().last, 2.0 + 30.0 / 16, 1e-12);
  CHECK_NEAR(meter.stats().max, 2.0 + 30.0 / 16, 1e-12);
  CHECK_NEAR(meter.stats().average, (2.0 + 3.875) / 2, 1e-12);
}

// Both limits are multiples of the time passed, here 10 ticks; at the limit the packet still counts.
TEST(timestamp_jumps) {
  struct Row {
    const char* name;
    uint32_t from;
    uint32_t to;
    int passed;
    bool counted;
  };
  const Row rows[] = {
      {"50 times back", 100000, 99500, 10, true},
      {"more than 50 times back", 100000, 99499, 10, false},
      {"1024 times ahead", 100000, 110240, 10, true},
      {"more than 1024 times ahead", 100000, 110241, 10, false},
      {"no time passed, any step back", 100000, 1, 0, true},
      {"no time passed, any step ahead", 1, 0x7fffffff, 0, true},
      {"wrap", 0xfffffff0, 0x90, 160, true},
      {"step back of half the range", 0x80000000, 0, 10, false},
      {"step back of more is a wrap", 0x80000001, 0, 10, true},
      {"arrival goes back", 100000, 100160, -160, true},
  };
  for (const Row& row : rows) {
    const Context context(row.name);
    JitterMeter::Others others;
    JitterMeter meter(&others);
    meter.on_packet(packet(row.from), ticks(0), false);
    meter.on_packet(packet(row.to), ticks(row.passed), false);
    CHECK_EQ(meter.stats().packets, row.counted ? 2u : 0u);
  }
}

TEST(restart_sets_a_new_base) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  meter.on_packet(packet(0), ticks(0), false);
  meter.on_packet(packet(7000), ticks(160), true);
  meter.on_packet(packet(7160), ticks(320), false);
  CHECK_EQ(meter.stats().packets, 2u);
  CHECK_EQ(meter.stats().last, 0.0);
}

TEST(ten_timestamps_are_remembered) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  for (uint32_t i = 0; i < 11; ++i) meter.on_packet(packet(160 * i), ticks(static_cast<int>(160 * i)), false);
  CHECK_EQ(meter.stats().packets, 11u);
  meter.on_packet(packet(160), ticks(1760), false);
  CHECK_EQ(meter.stats().packets, 11u);
  meter.on_packet(packet(0), ticks(1760), false);
  CHECK_EQ(meter.stats().packets, 12u);
}

TEST(repeated_first_timestamp_moves_the_base) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  meter.on_packet(packet(0), ticks(0), false);
  meter.on_packet(packet(0), ticks(100), false);
  meter.on_packet(packet(160), ticks(260), false);
  CHECK_EQ(meter.stats().last, 0.0);
}

TEST(payload_types_without_a_clock_are_skipped) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  meter.on_packet(packet(0, 1, 101), ticks(0), false);
  meter.on_packet(packet(160, 1, 101), ticks(500), false);
  CHECK_EQ(meter.stats().ssrcs, 0u);
}

TEST(last_value_is_that_of_the_youngest_ssrc_with_two_packets) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  meter.on_packet(packet(0, 1), ticks(0), false);
  meter.on_packet(packet(160, 1), ticks(176), false);
  meter.on_packet(packet(0, 2), ticks(200), false);
  CHECK_EQ(meter.stats().ssrcs, 1u);
  CHECK_NEAR(meter.stats().last, 1.0, 1e-12);
  meter.on_packet(packet(160, 2), ticks(200 + 160 + 32), false);
  meter.on_packet(packet(320, 1), ticks(400), false);
  CHECK_EQ(meter.stats().ssrcs, 2u);
  CHECK_NEAR(meter.stats().last, 2.0, 1e-12);
}

TEST(eleventh_ssrc_takes_the_place_of_the_oldest) {
  JitterMeter::Others others;
  JitterMeter meter(&others);
  for (uint32_t ssrc = 1; ssrc <= 11; ++ssrc) {
    const int late = ssrc == 1 ? 160 : 16;
    meter.on_packet(packet(0, ssrc), ticks(0), false);
    meter.on_packet(packet(160, ssrc), ticks(160 + late), false);
  }
  const JitterStats stats = meter.stats();
  CHECK_EQ(stats.ssrcs, 10u);
  CHECK_EQ(stats.packets, 22u);
  CHECK_NEAR(stats.max, 10.0, 1e-12);
  CHECK_NEAR(stats.average, 20.0 / 11, 1e-12);
  // The first one starts anew, and the second one goes.
  meter.on_packet(packet(320, 1), ticks(320), false);
  CHECK_EQ(meter.stats().packets, 22u);
  CHECK_EQ(meter.stats().ssrcs, 9u);
}
