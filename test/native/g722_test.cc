#include "codec/g722.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "check.h"

using rtpp::G722Decoder;
using rtpp::G722Encoder;

namespace {

std::vector<uint8_t> encoded(const std::vector<int16_t>& samples) {
  G722Encoder encoder;
  std::vector<uint8_t> bytes(samples.size());
  encoder.encode(samples, bytes);
  return bytes;
}

std::vector<int16_t> decoded(const std::vector<uint8_t>& bytes) {
  G722Decoder decoder;
  std::vector<int16_t> samples(bytes.size());
  decoder.decode(bytes, samples);
  return samples;
}

std::vector<int16_t> tone(double hz, double amplitude) {
  std::vector<int16_t> samples(8000);
  for (size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<int16_t>(std::lround(amplitude * std::sin(2 * 3.14159265358979 * hz * i / 8000.0)));
  }
  return samples;
}

/** Signal to noise, in dB, of the second half, when the step has found its width. */
double snr(const std::vector<int16_t>& sent, const std::vector<int16_t>& heard) {
  double signal = 0;
  double noise = 0;
  for (size_t i = sent.size() / 2; i < sent.size(); ++i) {
    signal += std::pow(sent[i], 2);
    noise += std::pow(sent[i] - heard[i], 2);
  }
  return 10 * std::log10(signal / noise);
}

}  // namespace

TEST(silence_stays_silent) {
  const std::vector<int16_t> heard = decoded(encoded(std::vector<int16_t>(800, 0)));
  CHECK(std::all_of(heard.begin(), heard.end(), [](int16_t sample) { return std::abs(sample) < 8; }));
}

// 6 bits a sample, and a predictor: tones come through as clearly as that allows.
TEST(tones_come_through) {
  for (const double hz : {200.0, 1000.0, 3000.0}) {
    for (const double amplitude : {500.0, 8000.0, 25000.0}) {
      const std::vector<int16_t> sent = tone(hz, amplitude);
      CHECK(snr(sent, decoded(encoded(sent))) > 30);
    }
  }
}

// As libg722, another implementation, has it with samples of 8 kHz: steps, saturation and their decay.
TEST(codes_of_another_implementation) {
  std::vector<int16_t> samples(48);
  for (int i = 0; i < 48; ++i) {
    samples[static_cast<size_t>(i)] = static_cast<int16_t>((i % 16 < 8 ? 1 : -1) * ((i * 977) % 20000));
  }
  samples[40] = 32767;
  samples[41] = -32768;
  const std::vector<uint8_t> codes = {
      0xfa, 0xe0, 0xe0, 0xe0, 0xe0, 0xe0, 0xe2, 0xec, 0xcb, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce, 0xce,
      0xe1, 0xe4, 0xe5, 0xe6, 0xe7, 0xce, 0xdf, 0xf5, 0xd5, 0xd7, 0xd6, 0xd4, 0xd4, 0xd3, 0xd3, 0xd3,
      0xe3, 0xeb, 0xec, 0xec, 0xeb, 0xea, 0xe9, 0xe9, 0xe1, 0xc4, 0xfe, 0xdd, 0xdf, 0xde, 0xd8, 0xd1,
  };
  const std::vector<int16_t> heard = {
      2,      48,     132,    372,    1048,  2884,  6134,  7080,   -8000, -8868, -10158, -11034,
      -11972, -12972, -13886, -14640, 15068, 15846, 17802, 18754,  19368, 726,   1346,   2520,
      -3620,  -4504,  -5328,  -6534,  -7204, -8142, -9356, -10286, 11044, 12402, 13450,  14172,
      14954,  16140,  16840,  18222,  31930, -7870, -1024, -1952,  -3020, -3872, -4810,  -5860,
  };
  CHECK(encoded(samples) == codes);
  CHECK(decoded(codes) == heard);
}

// The upper sub-band is left quiet, and its bits are not looked at.
TEST(only_the_lower_band_counts) {
  std::vector<uint8_t> bytes = encoded(tone(1000, 8000));
  const std::vector<int16_t> heard = decoded(bytes);
  for (uint8_t& byte : bytes) {
    CHECK_EQ(byte & 0xc0, 0xc0);
    byte &= 0x3f;
  }
  CHECK(decoded(bytes) == heard);
}

TEST(blocks_continue_one_another) {
  const std::vector<int16_t> sent = tone(440, 12000);
  G722Encoder encoder;
  std::vector<uint8_t> bytes(sent.size());
  for (size_t i = 0; i < sent.size(); i += 80) {
    encoder.encode(std::span(sent).subspan(i, 80), std::span(bytes).subspan(i, 80));
  }
  CHECK(bytes == encoded(sent));
}

// Whatever comes, values stay within 16 bits; the sanitizers watch the arithmetic.
TEST(any_bytes_are_decoded) {
  std::mt19937 random(1);
  std::vector<uint8_t> bytes(200000);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  CHECK_EQ(decoded(bytes).size(), bytes.size());
  std::vector<int16_t> samples(200000);
  for (int16_t& sample : samples) sample = static_cast<int16_t>(random());
  CHECK_EQ(encoded(samples).size(), samples.size());
  CHECK_EQ(decoded(std::vector<uint8_t>(1000, 0xff)).size(), 1000U);
}
