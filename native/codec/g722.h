#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace rtpp {

// G.722 at 64 kbit/s between its bytes and samples of 8 kHz: a byte stands for one sample, that of the lower sub-band
// (0 to 4 kHz, 15 of the 16 bits). The upper one is not decoded, and left quiet by the encoder; nothing is resampled.

/**
 * The adaptive predictor of a sub-band, with two poles and six zeros (ITU-T G.722, blocks 4). Encoder and decoder have
 * the same, and so predict the same.
 */
class G722Predictor {
 public:
  /** The next sample as it is expected, 16 bits. */
  int expected() const { return expected_; }
  /** What the next sample differed by, quantized. */
  void adapt(int difference);

 private:
  void adapt_zeros(int difference);
  void adapt_poles(int partial);
  void predict(int difference, int reconstructed);

  int expected_ = 0;
  int expected_by_zeros_ = 0;
  std::array<int, 2> poles_{};
  std::array<int, 6> zeros_{};
  /** The latest first. */
  std::array<int, 6> differences_{};
  int reconstructed_before_ = 0;
  std::array<bool, 2> partial_was_negative_{};
};

/** The lower sub-band: its predictor, and how wide a step of the quantizer is (blocks 3L). */
class G722LowerBand {
 public:
  int expected() const { return predictor_.expected(); }
  /** Width of a step. */
  int scale() const { return scale_; }
  /** Takes in a code of 6 bits, of which the upper four adapt. */
  void adapt(int code);

 private:
  G722Predictor predictor_;
  int log_scale_ = 0;
  int scale_ = 32;
};

class G722Encoder {
 public:
  /** So many as both have. */
  void encode(std::span<const int16_t> samples, std::span<uint8_t> bytes);

 private:
  G722LowerBand lower_;
};

class G722Decoder {
 public:
  /** So many as both have. */
  void decode(std::span<const uint8_t> bytes, std::span<int16_t> samples);

 private:
  G722LowerBand lower_;
};

}  // namespace rtpp
