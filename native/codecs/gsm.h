#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace rtpp {

// GSM 06.10 full rate by libgsm (Debian: libgsm1). What follows is nothing without the library: no frame is coded.

constexpr size_t kGsmBytes = 33;
constexpr size_t kGsmSamples = 160;

/** Why libgsm cannot be used; empty when it can. */
const std::string& gsm_error();

/** The state of one stream, in libgsm. */
struct GsmRelease {
  void operator()(void* state) const;
};
using GsmState = std::unique_ptr<void, GsmRelease>;

class GsmEncoder {
 public:
  GsmEncoder();
  /** Whole frames, as many as both have; how many bytes that are. */
  size_t encode(std::span<const int16_t> samples, std::span<uint8_t> bytes);

 private:
  GsmState state_;
};

class GsmDecoder {
 public:
  GsmDecoder();
  /** Whole frames, as many as both have; how many samples that are. */
  size_t decode(std::span<const uint8_t> bytes, std::span<int16_t> samples);

 private:
  GsmState state_;
};

}  // namespace rtpp
