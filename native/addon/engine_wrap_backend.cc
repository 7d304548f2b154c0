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

}  // namespace rtpp
