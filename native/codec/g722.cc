#include "codec/g722.h"

#include <algorithm>

namespace rtpp {
namespace {

// Names of blocks and tables are those of ITU-T G.722, clauses 5 and 6. Numbers are fixed point: coefficients have 14
// or 15 bits behind the point, and shifts round down, also below 0.

/** QUANTL: the lower bounds of the 30 steps of a magnitude, for a scale of 4096. */
constexpr std::array<int, 29> kStepBounds = {35,   72,   110,  150,  190,  233,  276,  323,  370,  422,
                                             473,  530,  587,  650,  714,  786,  858,  940,  1023, 1121,
                                             1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919};

/** INVQBL: what a code of 6 bits stands for, for a scale of 32768; codes that no encoder sends stand for the least. */
constexpr std::array<int, 32> kNegative6 = {-136,   -136,   -136,   -136,   -24808, -21904, -19008, -16704,
                                            -14984, -13512, -12280, -11192, -10232, -9360,  -8576,  -7856,
                                            -7192,  -6576,  -6000,  -5456,  -4944,  -4464,  -4008,  -3576,
                                            -3168,  -2776,  -2400,  -2032,  -1688,  -1360,  -1040,  -728};
/** Codes 62 and 63 stand for the two least negative steps. */
constexpr std::array<int, 32> kPositive6 = {24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576,
                                            7856,  7192,  6576,  6000,  5456,  4944,  4464,  4008,  3576,  3168, 2776,
                                            2400,  2032,  1688,  1360,  1040,  728,   432,   136,   -432,  -136};

/** INVQAL and LOGSCL, by the upper four bits of a code. */
struct AdaptingStep {
  /** For a scale of 32768. */
  int difference;
  /** What is added to the logarithm of the scale. */
  int log_scale;
};
constexpr std::array<AdaptingStep, 16> kAdaptingSteps = {{
    {0, -60},
    {-20456, 3042},
    {-12896, 1198},
    {-8968, 538},
    {-6288, 334},
    {-4240, 172},
    {-2584, 58},
    {-1200, -30},
    {20456, 3042},
    {12896, 1198},
    {8968, 538},
    {6288, 334},
    {4240, 172},
    {2584, 58},
    {1200, -30},
    {0, -60},
}};

/** SCALEL: 2 ^ (n / 32) with 11 bits behind the point. */
constexpr std::array<int, 32> kPowers = {2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543,
                                         2599, 2656, 2714, 2774, 2834, 2896, 2960, 3025, 3091, 3158, 3228,
                                         3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008};
constexpr int kMaxLogScale = 18432;

/** Mode bits that stand for a quiet upper sub-band. */
constexpr int kQuietUpper = 0xc0;

constexpr int saturate(int value) { return std::clamp(value, -32768, 32767); }

/** LIMIT: the lower sub-band has 15 bits. */
constexpr int limit(int value) { return std::clamp(value, -16384, 16383); }

constexpr int dequantize6(int code) {
  return code < 32 ? kNegative6[static_cast<size_t>(code)] : kPositive6[static_cast<size_t>(code - 32)];
}

/** QUANTL. */
int quantize6(int difference, int scale) {
  const int magnitude = difference < 0 ? -(difference + 1) : difference;
  const auto* const bound = std::find_if(kStepBounds.begin(), kStepBounds.end(),
                                         [=](int step) { return magnitude < ((step * scale) >> 12); });
  const auto step = static_cast<int>(bound - kStepBounds.begin());
  if (difference >= 0) return 61 - step;
  return step < 2 ? 63 - step : 33 - step;
}

/** SCALEL. */
int scale_of(int log_scale) {
  const int power = kPowers[static_cast<size_t>(log_scale >> 6) & 31];
  const int shift = 8 - (log_scale >> 11);
  return (shift < 0 ? power << -shift : power >> shift) << 2;
}

}  // namespace

/** UPZERO: each zero follows whether its difference has the sign of the latest one. */
void G722Predictor::adapt_zeros(int difference) {
  const int step = difference == 0 ? 0 : 128;
  for (size_t i = 0; i < zeros_.size(); ++i) {
    const bool same_sign = (differences_[i] < 0) == (difference < 0);
    zeros_[i] = saturate((same_sign ? step : -step) + ((zeros_[i] * 32640) >> 15));
  }
}

/** UPPOL2, then UPPOL1, whose bound keeps the filter stable. `partial`: the latest sample by zeros alone. */
void G722Predictor::adapt_poles(int partial) {
  const bool negative = partial < 0;
  const bool as_before = negative == partial_was_negative_[0];
  const bool as_second = negative == partial_was_negative_[1];

  const int steep = saturate(poles_[0] * 4);
  const int leaning = std::min(as_before ? -steep : steep, 32767) >> 7;
  const int second = std::clamp(leaning + (as_second ? 128 : -128) + ((poles_[1] * 32512) >> 15), -12288, 12288);

  const int bound = 15360 - second;
  const int first = saturate((as_before ? 192 : -192) + ((poles_[0] * 32640) >> 15));
  poles_ = {std::clamp(first, -bound, bound), second};
  partial_was_negative_ = {negative, partial_was_negative_[0]};
}

/** FILTEP, FILTEZ and PREDIC. */
void G722Predictor::predict(int difference, int reconstructed) {
  const int by_poles = saturate(((poles_[0] * saturate(2 * reconstructed)) >> 15) +
                                ((poles_[1] * saturate(2 * reconstructed_before_)) >> 15));
  reconstructed_before_ = reconstructed;

  std::copy_backward(differences_.begin(), differences_.end() - 1, differences_.end());
  differences_[0] = difference;
  int by_zeros = 0;
  for (size_t i = 0; i < zeros_.size(); ++i) by_zeros += (zeros_[i] * saturate(2 * differences_[i])) >> 15;

  expected_by_zeros_ = saturate(by_zeros);
  expected_ = saturate(by_poles + expected_by_zeros_);
}

void G722Predictor::adapt(int difference) {
  const int reconstructed = saturate(expected_ + difference);
  adapt_poles(saturate(expected_by_zeros_ + difference));
  adapt_zeros(difference);
  predict(difference, reconstructed);
}

void G722LowerBand::adapt(int code) {
  const AdaptingStep& step = kAdaptingSteps[static_cast<size_t>(code >> 2)];
  predictor_.adapt((scale_ * step.difference) >> 15);
  log_scale_ = std::clamp(((log_scale_ * 127) >> 7) + step.log_scale, 0, kMaxLogScale);
  scale_ = scale_of(log_scale_);
}

void G722Encoder::encode(std::span<const int16_t> samples, std::span<uint8_t> bytes) {
  const size_t count = std::min(samples.size(), bytes.size());
  for (size_t i = 0; i < count; ++i) {
    const int code = quantize6(saturate((samples[i] >> 1) - lower_.expected()), lower_.scale());
    lower_.adapt(code);
    bytes[i] = static_cast<uint8_t>(kQuietUpper | code);
  }
}

void G722Decoder::decode(std::span<const uint8_t> bytes, std::span<int16_t> samples) {
  const size_t count = std::min(samples.size(), bytes.size());
  for (size_t i = 0; i < count; ++i) {
    const int code = bytes[i] & 0x3f;
    const int sample = limit(lower_.expected() + ((lower_.scale() * dequantize6(code)) >> 15));
    samples[i] = static_cast<int16_t>(2 * sample);
    lower_.adapt(code);
  }
}

}  // namespace rtpp
