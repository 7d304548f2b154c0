#include <napi.h>

#include "addon/plain_object.h"
#include "codecs/g729.h"
#include "codecs/gsm.h"
#include "codecs/sound_file.h"

// The second addon, rtpproxy_codecs: codecs and audio files of the system's libraries, for the tools. The daemon never
// loads it.

namespace rtpp {

template <>
inline constexpr bool kIsPlain<GsmEncoder> = true;
template <>
inline constexpr bool kIsPlain<GsmDecoder> = true;
template <>
inline constexpr bool kIsPlain<G729Encoder> = true;
template <>
inline constexpr bool kIsPlain<G729Decoder> = true;
template <>
inline constexpr bool kIsPlain<SoundFile> = true;

namespace {

constexpr Function kGsmEncoder[] = {bind<&GsmEncoder::encode>("encode", "samples", "bytes")};
constexpr Function kGsmDecoder[] = {bind<&GsmDecoder::decode>("decode", "bytes", "samples")};
constexpr Function kG729Encoder[] = {
    bind<&G729Encoder::start>("start", "voiceActivityDetection"),
    bind<&G729Encoder::encode>("encode", "samples", "bytes"),
};
constexpr Function kG729Decoder[] = {bind<&G729Decoder::decode>("decode", "bytes", "samples")};
constexpr Function kSoundFile[] = {
    bind<&SoundFile::open>("open", "path", "format", "channels"),
    bind<&SoundFile::write>("write", "samples"),
    bind<&SoundFile::close>("close"),
};

constexpr Function kFunctions[] = {
    bind<gsm_error>("gsmError"),
    bind<g729_error>("g729Error"),
    bind<sound_file_error>("soundFileError"),
    bind<knows_sound_format>("knowsSoundFormat", "format", "channels"),
};

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeGsmEncoder", NativeObject<GsmEncoder>::define(env, "NativeGsmEncoder", kGsmEncoder));
  exports.Set("NativeGsmDecoder", NativeObject<GsmDecoder>::define(env, "NativeGsmDecoder", kGsmDecoder));
  exports.Set("NativeG729Encoder", NativeObject<G729Encoder>::define(env, "NativeG729Encoder", kG729Encoder));
  exports.Set("NativeG729Decoder", NativeObject<G729Decoder>::define(env, "NativeG729Decoder", kG729Decoder));
  exports.Set("NativeSoundFile", NativeObject<SoundFile>::define(env, "NativeSoundFile", kSoundFile));
  for (const Function& function : kFunctions) exports.DefineProperty(function.property(napi_default_jsproperty));
  return exports;
}

}  // namespace
}  // namespace rtpp

static Napi::Object rtpp_init(Napi::Env env, Napi::Object exports) { return rtpp::init(env, exports); }
NODE_API_MODULE(rtpproxy_codecs, rtpp_init)
