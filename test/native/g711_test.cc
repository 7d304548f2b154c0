#include "codec/g711.h"

#include <array>
#include <cstdlib>

#include "check.h"

using rtpp::decode_g711;
using rtpp::encode_g711;
using rtpp::G711Law;
using rtpp::test::Context;

namespace {

struct Row {
  int16_t sample;
  uint8_t code;
  int16_t decoded;
};

void check_rows(G711Law law, std::span<const Row> rows) {
  for (const Row& row : rows) {
    const Context context(std::to_string(row.sample));
    CHECK_EQ(encode_g711(law, row.sample), row.code);
    CHECK_EQ(decode_g711(law, row.code), row.decoded);
  }
}

/** Largest distance of a sample from what is heard of it, for samples of a magnitude. */
int worst_error(G711Law law, int from, int to) {
  int worst = 0;
  for (int magnitude = from; magnitude < to; ++magnitude) {
    for (const int sample : {magnitude, -magnitude}) {
      const auto given = static_cast<int16_t>(sample);
      worst = std::max(worst, std::abs(sample - decode_g711(law, encode_g711(law, given))));
    }
  }
  return worst;
}

}  // namespace

// Ends of segments, and both sides of 0. The least codes of u-law are -2 and +2, as in the C tools.
TEST(ulaw_codes) {
  constexpr Row kRows[] = {
      {0, 0xff, 2},           {3, 0xff, 2},       {4, 0xfe, 8},         {-1, 0x7e, -8},       {-4, 0x7e, -8},
      {124, 0xef, 132},       {1000, 0xce, 988},  {-1000, 0x4e, -988},  {31612, 0x80, 32124}, {32767, 0x80, 32124},
      {-32768, 0x00, -32124}, {8158, 0x9f, 8316}, {-8159, 0x1f, -8316},
  };
  check_rows(G711Law::kUlaw, kRows);
  CHECK_EQ(decode_g711(G711Law::kUlaw, 0x7f), -2);
}

TEST(alaw_codes) {
  constexpr Row kRows[] = {
      {0, 0xd5, 8},     {15, 0xd5, 8},      {16, 0xd4, 24},       {-1, 0x55, -8},       {-17, 0x54, -24},
      {256, 0xc5, 264}, {1000, 0xfa, 1008}, {-1000, 0x7a, -1008}, {32767, 0xaa, 32256}, {-32768, 0x2a, -32256},
  };
  check_rows(G711Law::kAlaw, kRows);
}

// Every code is that of what it stands for, but for u-law's -2, which is nearer to +2's code than to its own.
TEST(codes_are_stable) {
  for (const G711Law law : {G711Law::kUlaw, G711Law::kAlaw}) {
    for (int code = 0; code < 256; ++code) {
      const Context context(std::to_string(code));
      const auto given = static_cast<uint8_t>(code);
      const int16_t sample = decode_g711(law, given);
      if (law == G711Law::kUlaw && code == 0x7f) continue;
      CHECK_EQ(encode_g711(law, sample), given);
    }
  }
}

// Half a step of each segment, which is twice as wide as the one below.
TEST(errors_grow_with_the_segment) {
  CHECK_EQ(worst_error(G711Law::kAlaw, 1, 256), 8);
  CHECK_EQ(worst_error(G711Law::kAlaw, 16384, 32512), 512);
  CHECK_EQ(worst_error(G711Law::kUlaw, 4, 124), 11);
  CHECK(worst_error(G711Law::kUlaw, 16252, 32124) <= 516);
}

// Every sample, from the lowest to the highest, and none of a sign has a code of the other one.
TEST(louder_samples_are_never_heard_softer) {
  for (const G711Law law : {G711Law::kUlaw, G711Law::kAlaw}) {
    int before = -32768;
    int wrong = 0;
    for (int sample = -32768; sample <= 32767; ++sample) {
      const int heard = decode_g711(law, encode_g711(law, static_cast<int16_t>(sample)));
      if (heard < before || (sample > 3 && heard < 0) || (sample < 0 && heard > 0)) ++wrong;
      before = heard;
    }
    CHECK_EQ(wrong, 0);
  }
}

TEST(blocks_end_with_the_shorter_side) {
  constexpr std::array<uint8_t, 3> kCodes = {0xff, 0x80, 0x00};
  std::array<int16_t, 2> samples{};
  decode_g711(G711Law::kUlaw, kCodes, samples);
  CHECK_EQ(samples[1], 32124);
  std::array<uint8_t, 3> codes = {1, 1, 1};
  encode_g711(G711Law::kUlaw, samples, codes);
  CHECK_EQ(codes[0], 0xff);
  CHECK_EQ(codes[1], 0x80);
  CHECK_EQ(codes[2], 1);
}
