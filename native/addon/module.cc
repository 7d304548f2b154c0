#include <napi.h>

#include "addon/native_control_sockets.h"
#include "addon/native_engine.h"
#include "addon/system.h"
#include "control/control_sockets.h"
#include "engine/engine.h"

namespace rtpp {
namespace {

/** Raised with every change of the contract in `src/addon/types.ts`; the loader refuses another number. */
constexpr int kApiVersion = 12;

template <size_t N>
Napi::Array name_list(Napi::Env env, const char* const (&names)[N]) {
  Napi::Array list = Napi::Array::New(env, N);
  for (size_t i = 0; i < N; ++i) list.Set(static_cast<uint32_t>(i), Napi::String::New(env, names[i]));
  return list;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
#define X(name) #name,
  static constexpr const char* kSessionNames[] = {RTPP_SESSION_FIELDS(X)};
  static constexpr const char* kTotalNames[] = {RTPP_TOTAL_FIELDS(X)};
#undef X
  static_assert(std::size(kSessionNames) == kSessionFields && std::size(kTotalNames) == kTotalFields);
  exports.Set("apiVersion", Napi::Number::New(env, kApiVersion));
  exports.Set("sessionFields", name_list(env, kSessionNames));
  exports.Set("totalFields", name_list(env, kTotalNames));
  exports.Set("eventSize", Napi::Number::New(env, sizeof(Event)));
  exports.Set("NativeEngine", define_native_engine(env));
  exports.Set("NativeControlSockets", define_native_control_sockets(env));
  for (const Function& function : system_functions())
    exports.DefineProperty(function.property(napi_default_jsproperty));
  return exports;
}

}  // namespace
}  // namespace rtpp

static Napi::Object rtpp_init(Napi::Env env, Napi::Object exports) { return rtpp::init(env, exports); }
NODE_API_MODULE(rtpproxy_native, rtpp_init)
