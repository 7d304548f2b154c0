#include "addon/args.h"
#include "addon/engine_wrap.h"

namespace rtpp {
namespace {

/** Milliseconds. */
constexpr int32_t kMaxPtime = 999;

}  // namespace

Napi::Value EngineWrap::set_peer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  const auto kind = integer_arg(info, 2, "kind", 0, 2);
  if (!kind) return env.Undefined();
  const auto asymmetric = boolean_arg(info, 3, "asymmetric");
  if (!asymmetric) return env.Undefined();
  Endpoint peer{};
  if (*kind == static_cast<int32_t>(PeerKind::kAddress)) {
    const auto address = address_arg(info, 4, "address");
    if (!address) return env.Undefined();
    const auto port = integer_arg(info, 5, "port", 0, 65535);
    if (!port) return env.Undefined();
    peer = *address;
    peer.port = static_cast<uint16_t>(*port);
  }
  return Napi::Number::New(env,
                           engine_->set_peer(at->session, at->leg, static_cast<PeerKind>(*kind), peer, *asymmetric));
}

Napi::Value EngineWrap::set_resizer(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  const auto ptime = integer_arg(info, 2, "packet length", 0, kMaxPtime);
  if (!ptime) return env.Undefined();
  return Napi::Number::New(env, engine_->set_resizer(at->session, at->leg, *ptime));
}

Napi::Value EngineWrap::set_tos(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  const auto tos = integer_arg(info, 2, "tos", 0, INT32_MAX);
  if (!tos) return env.Undefined();
  return Napi::Number::New(env, engine_->set_tos(at->session, at->leg, *tos));
}

}  // namespace rtpp
