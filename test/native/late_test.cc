#include "rtp/late.h"

#include <functional>

#include "check.h"

using rtpp::LateMeter;
using rtpp::RtpView;

namespace {

/** A stream of G.711 in packets of 20 ms. */
struct Stream {
  /** Sends a packet that takes `delay_ms` more than the quickest. */
  void send(double delay_ms, bool marker = false) {
    RtpView rtp{};
    rtp.pt = type;
    rtp.marker = marker;
    rtp.ts = ts;
    meter.on_packet(rtp, sent_s + delay_ms * 1e-3, false);
    ts += 160;
    sent_s += 0.02;
  }
  /** So many packets, each with the delay that is told for its place. */
  void send(int count, const std::function<double(int)>& delay_ms) {
    for (int i = 0; i < count; ++i) send(delay_ms(i));
  }

  LateMeter meter;
  uint8_t type = 0;
  uint32_t ts = 0xffffff00;
  double sent_s = 5'000'000;
};

}  // namespace

TEST(packets_within_60_ms_are_in_time) {
  Stream stream;
  stream.send(1000, [](int i) { return 10 + (i % 7) * 9.0; });
  CHECK_EQ(stream.meter.count(), 0u);
}

TEST(each_packet_that_comes_later_counts) {
  Stream stream;
  stream.send(1000, [](int i) { return i % 10 == 9 ? 75.0 : 10.0; });
  CHECK_EQ(stream.meter.count(), 100u);
}

TEST(drift_of_the_senders_clock_does_not_add_up) {
  for (const double drift : {-500e-6, 500e-6}) {
    Stream stream;
    // Ten minutes, in which 500 ppm come to 300 ms.
    stream.send(30'000, [drift](int i) { return 300 + i * 20 * drift; });
    CHECK_EQ(stream.meter.count(), 0u);
  }
}

TEST(a_way_that_gets_longer_is_late_for_a_second) {
  Stream stream;
  stream.send(500, [](int) { return 0; });
  stream.send(500, [](int) { return 100; });
  CHECK(stream.meter.count() >= 49 && stream.meter.count() <= 51);
}

TEST(jumps_of_the_timestamp_are_not_late) {
  for (const uint32_t jump : {uint32_t{1} << 20, uint32_t{1} << 31, uint32_t{0} - 100'000}) {
    Stream stream;
    stream.send(100, [](int) { return 0; });
    stream.ts += jump;
    stream.send(100, [](int) { return 0; });
    CHECK_EQ(stream.meter.count(), 0u);
  }
}

TEST(a_single_odd_timestamp_harms_nothing) {
  Stream stream;
  stream.send(100, [](int) { return 0; });
  const uint32_t ts = stream.ts;
  stream.ts += 0x12345678;
  stream.send(0);
  stream.ts = ts + 160;
  stream.send(100, [](int) { return 0; });
  CHECK_EQ(stream.meter.count(), 0u);
}

TEST(silence_is_not_late) {
  Stream stream;
  stream.send(100, [](int) { return 0; });
  // The timestamp goes on.
  stream.sent_s += 1;
  stream.ts += 8000;
  stream.send(100, [](int) { return 0; });
  // It stands still, and a marker tells of the talkspurt.
  stream.sent_s += 1;
  stream.send(0, true);
  stream.send(100, [](int) { return 0; });
  // It stands still for so long that there is no need for a marker.
  stream.sent_s += 3;
  stream.send(100, [](int) { return 0; });
  CHECK_EQ(stream.meter.count(), 0u);
}

TEST(another_ssrc_and_another_clock_begin_anew) {
  Stream stream;
  stream.send(10, [](int) { return 0; });
  RtpView rtp{};
  rtp.ts = stream.ts;
  stream.meter.on_packet(rtp, stream.sent_s + 0.5, true);
  rtp.pt = 6;  // 16 kHz
  stream.meter.on_packet(rtp, stream.sent_s + 1, false);
  CHECK_EQ(stream.meter.count(), 0u);
}

TEST(types_without_a_known_clock_are_not_judged) {
  Stream stream;
  stream.type = 101;
  stream.send(100, [](int i) { return i % 2 * 500; });
  CHECK_EQ(stream.meter.count(), 0u);
}

TEST(how_late_the_latest_packet_was_and_the_most) {
  Stream stream;
  CHECK_EQ(stream.meter.behind(), -1.0);
  CHECK_EQ(stream.meter.most_behind(), -1.0);
  stream.send(100, [](int i) { return i == 50 ? 75.0 : 10.0; });
  CHECK_NEAR(stream.meter.behind(), 0, 1.5e-4);
  CHECK_NEAR(stream.meter.most_behind(), 0.065, 1.5e-4);
  stream.send(35);
  CHECK_NEAR(stream.meter.behind(), 0.025, 1.5e-4);
  // A quicker one is the measure for those behind it.
  stream.send(0);
  CHECK_EQ(stream.meter.behind(), 0.0);
  stream.send(40);
  CHECK_NEAR(stream.meter.behind(), 0.04, 1.5e-4);
  CHECK_NEAR(stream.meter.most_behind(), 0.065, 1.5e-4);
}

TEST(where_the_buffer_begins_anew_nothing_is_behind) {
  Stream stream;
  stream.send(100, [](int) { return 0; });
  stream.send(30);
  // After a silence, and with a timestamp that has jumped.
  stream.sent_s += 1;
  stream.send(0, true);
  CHECK_EQ(stream.meter.behind(), 0.0);
  stream.ts += 1 << 20;
  stream.send(0);
  CHECK_EQ(stream.meter.behind(), 0.0);
  CHECK_NEAR(stream.meter.most_behind(), 0.03, 1.5e-4);
}

TEST(the_most_of_another_clock_stays_in_seconds) {
  Stream stream;
  stream.send(100, [](int i) { return i == 50 ? 400.0 : 0.0; });
  for (const uint8_t type : {uint8_t{14}, uint8_t{6}, uint8_t{0}}) {  // 90, 16 and 8 kHz
    stream.type = type;
    stream.send(0);
    CHECK_EQ(stream.meter.behind(), 0.0);
    CHECK_NEAR(stream.meter.most_behind(), 0.4, 4e-4);
  }
}

TEST(drift_of_the_senders_clock_puts_nothing_behind) {
  Stream stream;
  // Ten minutes, in which 200 ppm come to 120 ms; 10 s of it are 2 ms.
  stream.send(30'000, [](int i) { return i * 20 * 200e-6; });
  CHECK(stream.meter.most_behind() < 0.0025);
  stream.type = 101;
  stream.send(500);
  CHECK(stream.meter.behind() < 0.0025);
}
