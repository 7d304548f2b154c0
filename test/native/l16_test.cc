#include "codec/l16.h"

#include <cmath>
#include <vector>

#include "check.h"

using rtpp::L16Decoder;

namespace {

/** A second of a tone, big-endian, on each channel that has an amplitude. */
std::vector<uint8_t> tone(double hz, const std::vector<double>& amplitudes) {
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 44100; ++i) {
    for (const double amplitude : amplitudes) {
      const auto sample =
          static_cast<int16_t>(std::lround(amplitude * std::sin(2 * 3.14159265358979 * hz * i / 44100)));
      bytes.push_back(static_cast<uint8_t>(sample >> 8));
      bytes.push_back(static_cast<uint8_t>(sample));
    }
  }
  return bytes;
}

std::vector<int16_t> decoded(const std::vector<uint8_t>& bytes, size_t channels) {
  L16Decoder decoder;
  std::vector<int16_t> samples(L16Decoder::most_samples(bytes.size(), channels));
  samples.resize(decoder.decode(bytes, channels, samples));
  return samples;
}

double level(const std::vector<int16_t>& samples) {
  double sum = 0;
  for (size_t i = samples.size() / 2; i < samples.size(); ++i) sum += static_cast<double>(samples[i]) * samples[i];
  return std::sqrt(2 * sum / static_cast<double>(samples.size() / 2));
}

}  // namespace

TEST(a_second_is_8000_samples) {
  CHECK_EQ(decoded(tone(1000, {8000}), 1).size(), 8000u);
  CHECK_EQ(decoded(tone(1000, {8000, 8000}), 2).size(), 8000u);
}

TEST(a_tone_keeps_its_level_and_frequency) {
  for (const double hz : {100.0, 1000.0, 3000.0}) {
    const std::vector<int16_t> samples = decoded(tone(hz, {8000}), 1);
    CHECK_NEAR(level(samples), 8000, 160);
    int crossings = 0;
    for (size_t i = 4001; i < samples.size(); ++i) crossings += (samples[i - 1] < 0) != (samples[i] < 0);
    CHECK_NEAR(crossings, hz, 2);
  }
}

TEST(what_8_khz_cannot_have_is_not_heard) {
  for (const double hz : {4500.0, 6000.0, 15000.0}) CHECK(level(decoded(tone(hz, {30000}), 1)) < 150);
}

TEST(channels_are_averaged) {
  CHECK_NEAR(level(decoded(tone(1000, {8000, 0}), 2)), 4000, 80);
  CHECK(level(decoded(tone(1000, {8000, -8000}), 2)) < 2);
}

TEST(packets_are_one_stream) {
  const std::vector<uint8_t> bytes = tone(440, {20000});
  const std::vector<int16_t> whole = decoded(bytes, 1);
  L16Decoder decoder;
  std::vector<int16_t> parts;
  for (size_t at = 0; at < bytes.size(); at += 882) {
    int16_t samples[100];
    const size_t made = decoder.decode({&bytes[at], 882}, 1, samples);
    CHECK_EQ(made, 80u);
    parts.insert(parts.end(), samples, samples + made);
  }
  CHECK(parts == whole);
}

TEST(half_a_frame_at_the_end_is_left_out) {
  L16Decoder decoder;
  const std::vector<uint8_t> bytes(2 * 441 + 1);
  std::vector<int16_t> samples(200);
  CHECK_EQ(decoder.decode(bytes, 1, samples), 80u);
  CHECK_EQ(decoder.decode({bytes.data(), 3}, 2, samples), 0u);
  CHECK_EQ(decoder.decode({}, 1, samples), 0u);
}

TEST(the_loudest_samples_do_not_wrap) {
  std::vector<uint8_t> bytes;
  for (int i = 0; i < 44100; ++i) {
    const bool high = i / 40 % 2 == 0;
    bytes.insert(bytes.end(), {static_cast<uint8_t>(high ? 0x7f : 0x80), static_cast<uint8_t>(high ? 0xff : 0)});
  }
  const std::vector<int16_t> samples = decoded(bytes, 1);
  int jumps = 0;
  for (size_t i = 201; i < samples.size(); ++i) jumps += std::abs(samples[i] - samples[i - 1]) > 60000;
  CHECK_EQ(jumps, 0);
}
