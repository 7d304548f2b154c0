#include <arpa/inet.h>
#include <napi.h>
#include <sys/resource.h>

#include <cerrno>

#include "addon/args.h"
#include "addon/control_wrap.h"
#include "addon/engine_wrap.h"
#include "addon/system.h"
#include "io/media_socket.h"

namespace rtpp {
namespace {

/** Raised with every change of the contract in `src/addon/types.ts`; the loader refuses another number. */
constexpr int kApiVersion = 12;

/** sourceAddress(host): the local address that the kernel would use towards it, or null without a route. */
Napi::Value source_address(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto remote = address_arg(info, 0, "host");
  if (!remote) return env.Undefined();
  Endpoint local;
  if (source_address_towards(*remote, &local) != 0) return env.Null();
  char text[INET6_ADDRSTRLEN];
  if (::inet_ntop(local.family == 6 ? AF_INET6 : AF_INET, local.ip, text, sizeof text) == nullptr) return env.Null();
  return Napi::String::New(env, text);
}

/** bindError(host): what the kernel says to a UDP socket on any port of an address; 0 or an errno. */
Napi::Value bind_error(const Napi::CallbackInfo& info) {
  const auto local = address_arg(info, 0, "host");
  if (!local) return info.Env().Undefined();
  Fd fd;
  return Napi::Number::New(info.Env(), create_media_socket(*local, true, &fd));
}

/** setFileLimit(count): soft and hard RLIMIT_NOFILE; 0 or an errno. */
Napi::Value set_file_limit(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto count = integer_arg(info, 0, "count", 0, INT32_MAX);
  if (!count) return env.Undefined();
  const rlimit limit{static_cast<rlim_t>(*count), static_cast<rlim_t>(*count)};
  return Napi::Number::New(env, ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno);
}

/** fileLimit(): the hard RLIMIT_NOFILE. */
Napi::Value file_limit(const Napi::CallbackInfo& info) {
  rlimit limit{};
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  return Napi::Number::New(info.Env(), static_cast<double>(limit.rlim_max));
}

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
  exports.Set("NativeEngine", EngineWrap::define(env));
  exports.Set("NativeControl", ControlWrap::define(env));
  exports.Set("bindError", Napi::Function::New<bind_error>(env, "bindError"));
  exports.Set("sourceAddress", Napi::Function::New<source_address>(env, "sourceAddress"));
  exports.Set("setFileLimit", Napi::Function::New<set_file_limit>(env, "setFileLimit"));
  exports.Set("fileLimit", Napi::Function::New<file_limit>(env, "fileLimit"));
  define_system(env, exports);
  return exports;
}

}  // namespace
}  // namespace rtpp

static Napi::Object rtpp_init(Napi::Env env, Napi::Object exports) { return rtpp::init(env, exports); }
NODE_API_MODULE(rtpproxy_native, rtpp_init)
