#include "codec/g711.h"

#include <algorithm>
#include <array>
#include <bit>

namespace rtpp {
namespace {

// A code is a sign, three bits of segment and four of the place within it (ITU-T G.711). Each segment is twice as wide
// as the one below; u-law shifts its segments so that all of them are, in A-law the two lowest are equally wide.

constexpr uint8_t kSign = 0x80;
/** On the line, A-law has every other bit inverted. */
constexpr uint8_t kAlawMask = 0x55;
/** What u-law adds to a magnitude of 14 bits, and the greatest one that still fits then. */
constexpr int kUlawBias = 33;
constexpr int kUlawClip = 8158;

/** Segment of a magnitude, with so many bits in the lowest segment. */
constexpr int segment_of(int magnitude, int lowest_bits) {
  return std::max(0, static_cast<int>(std::bit_width(static_cast<unsigned>(magnitude))) - lowest_bits);
}

constexpr int16_t decode_ulaw(uint8_t code) {
  const int plain = ~code & 0xff;
  const int segment = (plain >> 4) & 7;
  const int biased = (((plain & 0xf) << 1) + kUlawBias) << segment;
  const int magnitude = std::max((biased - kUlawBias) << 2, 2);
  return static_cast<int16_t>((plain & kSign) != 0 ? -magnitude : magnitude);
}

constexpr uint8_t encode_ulaw(int16_t sample) {
  const int value = sample >> 2;
  const int biased = std::min(value < 0 ? -value : value, kUlawClip) + kUlawBias;
  const int segment = segment_of(biased, 6);
  const int code = (segment << 4) | ((biased >> (segment + 1)) & 0xf);
  return static_cast<uint8_t>(~(code | (value < 0 ? kSign : 0)));
}

constexpr int16_t decode_alaw(uint8_t code) {
  const int plain = code ^ kAlawMask;
  const int segment = (plain >> 4) & 7;
  // The middle of the step; above the lowest segment with the bit that the segment stands for.
  const int step = ((plain & 0xf) << 4) + 8;
  const int magnitude = segment == 0 ? step : (step + 0x100) << (segment - 1);
  return static_cast<int16_t>((plain & kSign) != 0 ? magnitude : -magnitude);
}

constexpr uint8_t encode_alaw(int16_t sample) {
  const int value = sample >> 3;
  const int magnitude = value < 0 ? -value - 1 : value;
  const int segment = segment_of(magnitude, 5);
  const int code = (segment << 4) | ((magnitude >> std::max(segment, 1)) & 0xf);
  return static_cast<uint8_t>((code | (value < 0 ? 0 : kSign)) ^ kAlawMask);
}

using Decoded = std::array<int16_t, 256>;

template <int16_t (*kDecode)(uint8_t)>
consteval Decoded all_codes() {
  Decoded table{};
  for (int code = 0; code < 256; ++code) table[static_cast<size_t>(code)] = kDecode(static_cast<uint8_t>(code));
  return table;
}

constexpr Decoded kUlaw = all_codes<decode_ulaw>();
constexpr Decoded kAlaw = all_codes<decode_alaw>();

}  // namespace

int16_t decode_g711(G711Law law, uint8_t code) { return (law == G711Law::kUlaw ? kUlaw : kAlaw)[code]; }

uint8_t encode_g711(G711Law law, int16_t sample) {
  return law == G711Law::kUlaw ? encode_ulaw(sample) : encode_alaw(sample);
}

void decode_g711(G711Law law, std::span<const uint8_t> codes, std::span<int16_t> samples) {
  const Decoded& table = law == G711Law::kUlaw ? kUlaw : kAlaw;
  const size_t count = std::min(codes.size(), samples.size());
  for (size_t i = 0; i < count; ++i) samples[i] = table[codes[i]];
}

void encode_g711(G711Law law, std::span<const int16_t> samples, std::span<uint8_t> codes) {
  const size_t count = std::min(codes.size(), samples.size());
  for (size_t i = 0; i < count; ++i) codes[i] = encode_g711(law, samples[i]);
}

}  // namespace rtpp
