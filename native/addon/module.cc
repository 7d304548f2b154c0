#include <napi.h>

#include "addon/contract.h"
#include "addon/native_codecs.h"
#include "addon/native_control_sockets.h"
#include "addon/native_engine.h"
#include "addon/native_recording_stats.h"
#include "addon/system.h"

namespace rtpp {
namespace {

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("contract", contract(env));
  exports.Set("NativeEngine", define_native_engine(env));
  exports.Set("NativeControlSockets", define_native_control_sockets(env));
  exports.Set("NativeG722Encoder", define_native_g722_encoder(env));
  exports.Set("NativeG722Decoder", define_native_g722_decoder(env));
  exports.Set("NativeRecordingStats", define_native_recording_stats(env));
  for (const auto& functions : {system_functions(), g711_functions()})
    for (const Function& function : functions) exports.DefineProperty(function.property(napi_default_jsproperty));
  return exports;
}

}  // namespace
}  // namespace rtpp

static Napi::Object rtpp_init(Napi::Env env, Napi::Object exports) { return rtpp::init(env, exports); }
NODE_API_MODULE(rtpproxy_native, rtpp_init)
