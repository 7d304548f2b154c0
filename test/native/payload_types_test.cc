#include "rtp/payload_types.h"

#include "check.h"

using rtpp::PayloadTypes;
using rtpp::RtpView;

namespace {

struct Stream {
  /** So many packets, 20 ms apart, or all of one timestamp. */
  void send(uint8_t type, int count, bool one_timestamp = false) {
    for (int i = 0; i < count; ++i) {
      RtpView rtp{};
      rtp.pt = type;
      rtp.ts = ts;
      types.on_packet(rtp);
      if (!one_timestamp) ts += 160;
    }
    if (one_timestamp) ts += 160;
  }
  void check(int in_use, uint32_t others) const {
    CHECK_EQ(types.in_use(), in_use);
    CHECK_EQ(types.others(), others);
  }

  PayloadTypes types;
  uint32_t ts = 0;
};

}  // namespace

TEST(nothing_is_in_use_before_the_first_packet) {
  Stream stream;
  stream.check(-1, 0);
  stream.send(18, 1);
  stream.check(18, 0);
}

TEST(the_latest_type_counts_whatever_it_is) {
  Stream stream;
  CHECK_EQ(stream.types.last(), -1);
  for (const uint8_t type : {0, 101, 13, 0}) {
    stream.send(type, 1);
    CHECK_EQ(stream.types.last(), type);
  }
}

TEST(telephone_events_do_not_change_the_type) {
  Stream stream;
  stream.send(0, 100);
  stream.send(101, 400, true);
  stream.check(0, 400);
  for (int i = 0; i < 20; ++i) stream.send(101, 10, true);
  stream.send(0, 1);
  for (int i = 0; i < 20; ++i) stream.send(101, 10, true);
  stream.check(0, 800);
}

TEST(another_codec_is_in_use_after_half_a_second) {
  Stream stream;
  stream.send(0, 100);
  stream.send(8, 24);
  stream.check(0, 24);
  stream.send(8, 1);
  stream.check(8, 0);
  stream.send(0, 2);
  stream.check(8, 2);
}

TEST(types_in_turns_stay_as_they_are) {
  Stream stream;
  stream.send(0, 1);
  for (int i = 0; i < 100; ++i) stream.send(static_cast<uint8_t>(8 + i % 2), 20);
  stream.check(0, 2000);
}

TEST(comfort_noise_is_never_in_use_beside_a_codec) {
  Stream stream;
  stream.send(13, 3);
  stream.send(0, 10);
  stream.check(0, 0);
  stream.send(13, 100);
  stream.check(0, 100);
}
