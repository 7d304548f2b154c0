#include "addon/args.h"
#include "addon/engine_wrap.h"

namespace rtpp {

Napi::Value EngineWrap::fork(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto target = number_arg(info, 0, "target");
  if (!target) return env.Undefined();
  const auto source = number_arg(info, 1, "source");
  if (!source) return env.Undefined();
  const auto crossed = boolean_arg(info, 2, "crossed");
  if (!crossed) return env.Undefined();
  return Napi::Number::New(env, engine_->fork(*target, *source, *crossed));
}

}  // namespace rtpp
