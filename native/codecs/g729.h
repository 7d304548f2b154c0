#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace rtpp {

// G.729 by bcg729 (Debian: libbcg729-0). What follows is nothing without the library: no frame is coded.

constexpr size_t kG729Bytes = 10;
constexpr size_t kG729SidBytes = 2;
constexpr size_t kG729Samples = 80;

/** Why bcg729 cannot be used; empty when it can. */
const std::string& g729_error();

struct G729EncoderRelease {
  void operator()(void* state) const;
};
struct G729DecoderRelease {
  void operator()(void* state) const;
};

class G729Encoder {
 public:
  /** With voice activity detection a frame may be 10, 2 or 0 bytes. Begins anew. */
  void start(bool voice_activity_detection);
  /** Encodes a frame of 80 samples; how many bytes it has. */
  size_t encode(std::span<const int16_t> samples, std::span<uint8_t> bytes);

 private:
  std::unique_ptr<void, G729EncoderRelease> state_;
};

class G729Decoder {
 public:
  G729Decoder();
  /** Frames of 10 bytes, and one of 2 (silence) behind them; how many samples came of it. Other bytes are left out. */
  size_t decode(std::span<const uint8_t> bytes, std::span<int16_t> samples);

 private:
  std::unique_ptr<void, G729DecoderRelease> state_;
};

}  // namespace rtpp
