#include <utility>

#include "addon/access_args.h"
#include "addon/args.h"
#include "addon/engine_wrap.h"

namespace rtpp {

Napi::Value EngineWrap::set_access(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  if (!info[0].IsObject()) {
    Napi::TypeError::New(env, "expected an object for access rules").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const Napi::Object given = info[0].As<Napi::Object>();
  AccessRules rules;
  auto control = endpoints_option(given, "control");
  if (!control) return env.Undefined();
  auto aliases = aliases_option(given, "aliases");
  if (!aliases) return env.Undefined();
  auto allow = blocks_option(given, "allow");
  if (!allow) return env.Undefined();
  auto deny = blocks_option(given, "deny");
  if (!deny) return env.Undefined();
  rules.control = std::move(*control);
  rules.aliases = std::move(*aliases);
  rules.allow = std::move(*allow);
  rules.deny = std::move(*deny);
  engine_->set_access(std::move(rules));
  return env.Undefined();
}

Napi::Value EngineWrap::judge(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  auto peer = address_arg(info, 0, "address");
  if (!peer) return env.Undefined();
  const auto port = integer_arg(info, 1, "port", 0, 65535);
  if (!port) return env.Undefined();
  peer->port = static_cast<uint16_t>(*port);
  return Napi::Number::New(env, static_cast<double>(engine_->judge(*peer)));
}

}  // namespace rtpp
