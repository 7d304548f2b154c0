#include "addon/args.h"
#include "addon/engine_wrap.h"

namespace rtpp {

Napi::Value EngineWrap::backend(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  Napi::Object result = Napi::Object::New(env);
  result.Set("io", Napi::Number::New(env, static_cast<double>(engine_->io())));
  result.Set("step", Napi::String::New(env, refusal_.what));
  result.Set("errno", Napi::Number::New(env, refusal_.error));
  return result;
}

Napi::Value EngineWrap::socket_reuse(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto first = integer_arg(info, 0, "first port", 1, UINT16_MAX);
  if (!first) return env.Undefined();
  const auto last = integer_arg(info, 1, "last port", 1, UINT16_MAX);
  if (!last) return env.Undefined();
  PortRange ports;
  const Reuse reuse = engine_->socket_reuse({static_cast<uint16_t>(*first), static_cast<uint16_t>(*last)}, &ports);
  Napi::Object result = Napi::Object::New(env);
  result.Set("reuse", Napi::Number::New(env, static_cast<double>(reuse)));
  result.Set("first", Napi::Number::New(env, ports.first));
  result.Set("last", Napi::Number::New(env, ports.last));
  return result;
}

}  // namespace rtpp
