#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace rtpp {

/**
 * L16 at 44.1 kHz (RFC 3551: payload types 10, two channels, and 11, one) to samples of 8 kHz: big-endian samples, the
 * channels of which are averaged, go through a low-pass of 3.4 kHz. 441 of them make 80, which come 2.9 ms late.
 */
class L16Decoder {
 public:
  /** Samples that `decode` makes of so many bytes, at most. */
  static constexpr size_t most_samples(size_t bytes, size_t channels) {
    return bytes / (2 * channels) * kOut / kIn + 1;
  }

  /** Goes on behind what came before; how many samples it made. What is no whole frame at the end is left out. */
  size_t decode(std::span<const uint8_t> bytes, size_t channels, std::span<int16_t> samples);

 private:
  // 44100 to 8000.
  static constexpr unsigned kIn = 441;
  static constexpr unsigned kOut = 80;
  static constexpr size_t kTaps = 256;

  struct Filter;
  static const Filter& filter();
  int16_t filtered() const;

  /** The latest input samples, twice, so that any `kTaps` of them lie in one piece; `at_` is that of the next one. */
  std::array<float, 2 * kTaps> input_{};
  size_t at_ = 0;
  /** Time since the last output sample, in 1/441 of its length. */
  unsigned phase_ = 0;
};

}  // namespace rtpp
