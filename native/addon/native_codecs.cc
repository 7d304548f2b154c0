#include "addon/native_codecs.h"

#include "addon/plain_object.h"
#include "codec/g711.h"
#include "codec/g722.h"

namespace rtpp {

template <>
inline constexpr bool kIsPlain<G722Encoder> = true;
template <>
inline constexpr bool kIsPlain<G722Decoder> = true;

namespace {

using Codes = std::span<const uint8_t>;
using Samples = std::span<const int16_t>;

constexpr Function kG711[] = {
    bind<static_cast<void (*)(G711Law, Codes, std::span<int16_t>)>(&decode_g711)>("decodeG711", "law", "codes",
                                                                                  "samples"),
    bind<static_cast<void (*)(G711Law, Samples, std::span<uint8_t>)>(&encode_g711)>("encodeG711", "law", "samples",
                                                                                    "codes"),
};
constexpr Function kG722Encoder[] = {bind<&G722Encoder::encode>("encode", "samples", "codes")};
constexpr Function kG722Decoder[] = {bind<&G722Decoder::decode>("decode", "codes", "samples")};

}  // namespace

std::span<const Function> g711_functions() { return kG711; }

Napi::Function define_native_g722_encoder(Napi::Env env) {
  return NativeObject<G722Encoder>::define(env, "NativeG722Encoder", kG722Encoder);
}

Napi::Function define_native_g722_decoder(Napi::Env env) {
  return NativeObject<G722Decoder>::define(env, "NativeG722Decoder", kG722Decoder);
}

}  // namespace rtpp
