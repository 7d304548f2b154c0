#include "codec/l16.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace rtpp {

/** A windowed sinc (Hamming) of `kTaps` input samples, as it lies for each of the `kOut` places between two of them. */
struct L16Decoder::Filter {
  Filter() {
    // Half of what the window lets through is lost here; nothing above 4 kHz may come through, or it would be heard
    // below.
    constexpr double kCutoff = 3650.0 / 44100;
    constexpr double kPi = std::numbers::pi;
    constexpr double kMiddle = kTaps / 2.0;
    for (size_t place = 0; place < kOut; ++place) {
      double sum = 0;
      std::array<double, kTaps> row{};
      for (size_t tap = 0; tap < kTaps; ++tap) {
        // How far the output sample lies behind an input sample; the first tap is the oldest one's.
        const double x = kMiddle - static_cast<double>(tap) - static_cast<double>(place) / kOut;
        const double sinc = std::abs(x) < 1e-9 ? 2 * kCutoff : std::sin(2 * kPi * kCutoff * x) / (kPi * x);
        const double window = std::abs(x) >= kMiddle ? 0 : 0.54 + 0.46 * std::cos(kPi * x / kMiddle);
        row[tap] = sinc * window;
        sum += row[tap];
      }
      for (size_t tap = 0; tap < kTaps; ++tap) rows[place][tap] = static_cast<float>(row[tap] / sum);
    }
  }
  std::array<std::array<float, kTaps>, kOut> rows{};
};

const L16Decoder::Filter& L16Decoder::filter() {
  static const Filter kFilter;
  return kFilter;
}

int16_t L16Decoder::filtered() const {
  const std::array<float, kTaps>& row = filter().rows[phase_];
  float sum = 0;
  for (size_t tap = 0; tap < kTaps; ++tap) sum += row[tap] * input_[at_ + tap];
  return static_cast<int16_t>(std::clamp(std::lround(sum), -32768L, 32767L));
}

size_t L16Decoder::decode(std::span<const uint8_t> bytes, size_t channels, std::span<int16_t> samples) {
  size_t made = 0;
  const size_t frame = 2 * channels;
  for (size_t from = 0; from + frame <= bytes.size(); from += frame) {
    int sum = 0;
    for (size_t i = from; i < from + frame; i += 2) sum += static_cast<int16_t>(bytes[i] << 8 | bytes[i + 1]);
    input_[at_] = input_[at_ + kTaps] = static_cast<float>(sum) / static_cast<float>(channels);
    at_ = (at_ + 1) % kTaps;
    phase_ += kOut;
    if (phase_ < kIn) continue;
    // The moment of the output sample has passed by this much, in 1/80 of an input sample.
    phase_ -= kIn;
    if (made < samples.size()) samples[made++] = filtered();
  }
  return made;
}

}  // namespace rtpp
