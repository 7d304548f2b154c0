#include <string>

#include "check.h"
#include "resizer_rig.h"
#include "rtp/seq_series.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr size_t kHeader = 12;

Bytes pcmu(uint16_t index, uint32_t ts, uint32_t ssrc = 1) {
  return rtp_packet({.seq = index, .ts = ts, .ssrc = ssrc}, Bytes(160, static_cast<uint8_t>(index)));
}

uint32_t ts_of(const Bytes& packet) {
  RtpView view;
  CHECK(parse_rtp(packet.data(), packet.size(), &view));
  return view.ts;
}

uint16_t seq_of(const Bytes& packet) { return static_cast<uint16_t>(packet[2] << 8 | packet[3]); }

}  // namespace

// The C daemon sorts timestamps of both sources into one row: the old source's packet stays at the end of the queue for
// good, and every packet of the new one goes out alone.
TEST(another_source_with_lower_timestamps_is_resized_as_well) {
  ResizerRig rig(40);
  for (uint16_t i = 0; i < 3; ++i) rig.receive(20 * i, pcmu(i, 5000 + 160u * i));
  for (uint16_t i = 0; i < 5; ++i) rig.receive(60 + 20 * i, pcmu(static_cast<uint16_t>(100 + i), 160u * i, 2));
  const std::pair<uint32_t, size_t> expected[] = {{5000, 320}, {5320, 160}, {0, 320}, {320, 320}};
  CHECK_EQ(rig.emitted.size(), std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    CHECK_EQ(ts_of(rig.emitted[i].bytes), expected[i].first);
    CHECK_EQ(rig.emitted[i].bytes.size(), kHeader + expected[i].second);
    CHECK_EQ(seq_of(rig.emitted[i].bytes), i);
  }
  CHECK_EQ(rig.discarded, 0u);
}

// After a re-INVITE, a transfer or music on hold: the same SSRC, and timestamps that begin anew.
TEST(timestamps_that_step_back_are_a_new_clock) {
  for (const uint32_t back : {8001u, 64'000u, 1'000'000u, 0x70000000u}) {
    const Context context(std::to_string(back) + " ticks");
    ResizerRig rig(40);
    uint32_t ts = 2'000'000'000;
    double ms = 0;
    const auto talk = [&](uint16_t count) {
      for (uint16_t i = 0; i < count; ++i, ts += 160, ms += 20) rig.receive(ms, pcmu(i, ts));
    };
    talk(5);
    ts -= back + 160;
    const uint32_t start = ts;
    talk(6);
    CHECK_EQ(rig.discarded, 0u);
    // Two before, what was left of the old clock, three of the new one, as soon as they are there.
    CHECK_EQ(rig.emitted.size(), 6u);
    CHECK_EQ(rig.emitted[2].bytes.size(), kHeader + 160);
    for (uint32_t i = 0; i < 3; ++i) {
      CHECK_EQ(ts_of(rig.emitted[3 + i].bytes), start + 320 * i);
      CHECK_EQ(rig.emitted[3 + i].bytes.size(), kHeader + 320);
    }
  }
}

TEST(a_packet_that_is_late_by_a_second_is_still_late) {
  ResizerRig rig(40);
  for (uint16_t i = 0; i < 60; ++i) rig.receive(20 * i, pcmu(i, 160u * i));
  rig.receive(1200, pcmu(9, 160 * 9));
  CHECK_EQ(rig.discarded, 1u);
}

// One packet from a wrong clock must not make all later ones late.
TEST(a_timestamp_far_ahead_costs_no_audio) {
  ResizerRig rig(20);
  for (uint16_t i = 0; i < 5; ++i) rig.receive(20 * i, pcmu(i, 160u * i));
  rig.receive(100, pcmu(5, 5'000'000));
  for (uint16_t i = 6; i < 12; ++i) rig.receive(20 * i, pcmu(i, 160u * i));
  CHECK_EQ(rig.discarded, 0u);
  CHECK_EQ(rig.out, 12u);
}

TEST(events_between_audio_share_no_number) {
  for (const uint32_t ptime : {10u, 20u, 40u, 60u}) {
    const Context context(std::to_string(ptime) + " ms");
    ResizerRig rig(ptime);
    uint16_t seq = 65500;
    uint32_t ts = 1000;
    double ms = 0;
    for (int digit = 0; digit < 6; ++digit) {
      for (int i = 0; i < 7; ++i, ts += 160, ms += 20) rig.receive(ms, pcmu(seq++, ts));
      for (int i = 0; i < 9; ++i, ms += 20) rig.receive(ms, rtp_packet({.pt = 101, .seq = seq++, .ts = ts}, Bytes(4)));
      ts += 960;
    }
    uint16_t next = 65500;
    size_t events = 0;
    for (const Emitted& emitted : rig.emitted) {
      CHECK_EQ(seq_of(emitted.bytes), next++);
      events += emitted.passed ? 1 : 0;
    }
    CHECK_EQ(events, 54u);
  }
}

TEST(numbers_stay_as_they_are_where_nothing_is_made) {
  SeqSeries series;
  for (const uint16_t seq : {65534, 65535, 0, 2, 1, 2, 40000, 40001, 7, 39999}) CHECK_EQ(series.passed(1, seq), seq);
}

TEST(packets_that_pass_show_what_was_lost_and_swapped) {
  SeqSeries series;
  series.taken(1, 100);
  CHECK_EQ(series.made(1, 100), 100);
  for (uint16_t seq = 101; seq < 110; ++seq) series.taken(1, seq);
  CHECK_EQ(series.passed(1, 110), 101);
  CHECK_EQ(series.passed(1, 113), 104);
  CHECK_EQ(series.passed(1, 112), 103);
  CHECK_EQ(series.passed(1, 113), 104);
  CHECK_EQ(series.passed(1, 114), 105);
  CHECK_EQ(series.made(1, 101), 106);
  // Its place lies before a packet that is out.
  CHECK_EQ(series.passed(1, 111), 107);
  CHECK_EQ(series.passed(1, 115), 108);
}

TEST(a_run_that_is_cut_by_queued_audio_gives_no_number_twice) {
  SeqSeries series;
  series.taken(1, 1000);
  CHECK_EQ(series.made(1, 1000), 1000);
  series.taken(1, 1001);
  CHECK_EQ(series.passed(1, 1002), 1001);
  CHECK_EQ(series.passed(1, 1003), 1002);
  series.taken(1, 1005);
  CHECK_EQ(series.passed(1, 1006), 1003);
  CHECK_EQ(series.passed(1, 1004), 1004);
}

TEST(the_first_packet_made_follows_what_has_passed) {
  SeqSeries series;
  series.taken(1, 998);
  series.taken(1, 999);
  CHECK_EQ(series.passed(1, 1000), 1000);
  CHECK_EQ(series.made(1, 998), 1001);
  SeqSeries later;
  CHECK_EQ(later.passed(1, 1000), 1000);
  CHECK_EQ(later.made(1, 1020), 1020);
}

TEST(numbers_that_begin_anew_go_on_in_the_series) {
  SeqSeries series;
  CHECK_EQ(series.made(1, 100), 100);
  series.taken(1, 100);
  CHECK_EQ(series.passed(1, 50000), 101);
  CHECK_EQ(series.passed(1, 50001), 102);
  CHECK_EQ(series.passed(1, 7), 103);
}

TEST(a_source_of_events_has_a_series_of_its_own) {
  SeqSeries series;
  for (uint16_t i = 0; i < 100; ++i) {
    series.taken(1, static_cast<uint16_t>(2 * i));
    CHECK_EQ(series.made(1, static_cast<uint16_t>(2 * i)), i);
    CHECK_EQ(series.passed(2, static_cast<uint16_t>(5000 + i)), 5000 + i);
  }
}

// As the C daemon; but not under a number that lies before one that passed.
TEST(another_source_of_audio_goes_on_in_the_series_of_the_one_before) {
  SeqSeries series;
  CHECK_EQ(series.made(1, 100), 100);
  CHECK_EQ(series.made(2, 9000), 101);
  CHECK_EQ(series.passed(2, 9001), 102);
  CHECK_EQ(series.passed(3, 500), 500);
  CHECK_EQ(series.made(3, 500), 501);
}

TEST(a_long_run_takes_nothing_for_late) {
  SeqSeries series;
  CHECK_EQ(series.made(1, 0), 0);
  series.taken(1, 5);
  for (uint32_t i = 0; i < 200'000; ++i)
    CHECK_EQ(series.passed(1, static_cast<uint16_t>(6 + i)), static_cast<uint16_t>(1 + i));
}
