#include "codecs/g729.h"

#include "codecs/shared_library.h"

namespace rtpp {
namespace {

struct G729 {
  SharedLibrary library{"libbcg729.so.0"};
  void* (*create_encoder)(uint8_t enable_vad);
  void (*close_encoder)(void*);
  void (*encode)(void*, const int16_t* samples, uint8_t* bytes, uint8_t* length);
  void* (*create_decoder)();
  void (*close_decoder)(void*);
  void (*decode)(void*, const uint8_t* bytes, uint8_t length, uint8_t erased, uint8_t sid, uint8_t rfc3389,
                 int16_t* samples);

  G729() {
    library.get("initBcg729EncoderChannel", &create_encoder);
    library.get("closeBcg729EncoderChannel", &close_encoder);
    library.get("bcg729Encoder", &encode);
    library.get("initBcg729DecoderChannel", &create_decoder);
    library.get("closeBcg729DecoderChannel", &close_decoder);
    library.get("bcg729Decoder", &decode);
  }
};

const G729& g729() {
  static const G729 instance;
  return instance;
}

}  // namespace

const std::string& g729_error() { return g729().library.error(); }

void G729EncoderRelease::operator()(void* state) const { g729().close_encoder(state); }
void G729DecoderRelease::operator()(void* state) const { g729().close_decoder(state); }

void G729Encoder::start(bool voice_activity_detection) {
  if (g729().library.loaded()) state_.reset(g729().create_encoder(voice_activity_detection ? 1 : 0));
}

size_t G729Encoder::encode(std::span<const int16_t> samples, std::span<uint8_t> bytes) {
  if (state_ == nullptr || samples.size() < kG729Samples || bytes.size() < kG729Bytes) return 0;
  uint8_t length = 0;
  g729().encode(state_.get(), samples.data(), bytes.data(), &length);
  return length;
}

G729Decoder::G729Decoder() : state_(g729().library.loaded() ? g729().create_decoder() : nullptr) {}

size_t G729Decoder::decode(std::span<const uint8_t> bytes, std::span<int16_t> samples) {
  if (state_ == nullptr) return 0;
  size_t made = 0;
  while (samples.size() - made >= kG729Samples) {
    const bool sid = bytes.size() == kG729SidBytes;
    const size_t length = sid ? kG729SidBytes : kG729Bytes;
    if (bytes.size() < length) break;
    g729().decode(state_.get(), bytes.data(), static_cast<uint8_t>(length), 0, sid ? 1 : 0, 0, samples.data() + made);
    bytes = bytes.subspan(length);
    made += kG729Samples;
  }
  return made;
}

}  // namespace rtpp
