#include "codecs/gsm.h"

#include <algorithm>
#include <array>

#include "codecs/shared_library.h"

namespace rtpp {
namespace {

struct Gsm {
  SharedLibrary library{"libgsm.so.1"};
  void* (*create)();
  void (*destroy)(void*);
  void (*encode)(void*, int16_t*, uint8_t*);
  int (*decode)(void*, uint8_t*, int16_t*);

  Gsm() {
    library.get("gsm_create", &create);
    library.get("gsm_destroy", &destroy);
    library.get("gsm_encode", &encode);
    library.get("gsm_decode", &decode);
  }
};

const Gsm& gsm() {
  static const Gsm instance;
  return instance;
}

GsmState new_state() { return GsmState(gsm().library.loaded() ? gsm().create() : nullptr); }

}  // namespace

const std::string& gsm_error() { return gsm().library.error(); }

void GsmRelease::operator()(void* state) const { gsm().destroy(state); }

GsmEncoder::GsmEncoder() : state_(new_state()) {}

size_t GsmEncoder::encode(std::span<const int16_t> samples, std::span<uint8_t> bytes) {
  if (state_ == nullptr) return 0;
  const size_t frames = std::min(samples.size() / kGsmSamples, bytes.size() / kGsmBytes);
  for (size_t i = 0; i < frames; ++i) {
    // The library writes into its input.
    std::array<int16_t, kGsmSamples> block;
    std::copy_n(samples.begin() + static_cast<ptrdiff_t>(i * kGsmSamples), kGsmSamples, block.begin());
    gsm().encode(state_.get(), block.data(), bytes.data() + i * kGsmBytes);
  }
  return frames * kGsmBytes;
}

GsmDecoder::GsmDecoder() : state_(new_state()) {}

size_t GsmDecoder::decode(std::span<const uint8_t> bytes, std::span<int16_t> samples) {
  if (state_ == nullptr) return 0;
  const size_t frames = std::min(bytes.size() / kGsmBytes, samples.size() / kGsmSamples);
  for (size_t i = 0; i < frames; ++i) {
    std::array<uint8_t, kGsmBytes> frame;
    std::copy_n(bytes.begin() + static_cast<ptrdiff_t>(i * kGsmBytes), kGsmBytes, frame.begin());
    // A frame without the mark of one leaves what was there.
    std::fill_n(samples.begin() + static_cast<ptrdiff_t>(i * kGsmSamples), kGsmSamples, int16_t{0});
    (void)gsm().decode(state_.get(), frame.data(), samples.data() + i * kGsmSamples);
  }
  return frames * kGsmSamples;
}

}  // namespace rtpp
