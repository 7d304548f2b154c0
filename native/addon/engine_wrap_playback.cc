#include <cmath>
#include <string>

#include "addon/args.h"
#include "addon/engine_wrap.h"

namespace rtpp {
namespace {

constexpr int32_t kMaxPacketMs = 10'000;

/** A whole number that fills 32 bits. */
std::optional<uint32_t> word_arg(const Napi::CallbackInfo& info, size_t index, const char* name) {
  const auto value = number_arg(info, index, name);
  if (!value) return std::nullopt;
  if (*value >= 0 && *value <= UINT32_MAX && *value == std::floor(*value)) return static_cast<uint32_t>(*value);
  Napi::RangeError::New(info.Env(), std::string("expected a whole number of 32 bits for ") + name)
      .ThrowAsJavaScriptException();
  return std::nullopt;
}

}  // namespace

Napi::Value EngineWrap::add_prompt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    Napi::TypeError::New(env, "expected a Uint8Array for data").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const auto data = info[0].As<Napi::Uint8Array>();
  return Napi::Number::New(env, engine_->add_prompt(data.Data(), data.ElementLength()));
}

Napi::Value EngineWrap::drop_prompt(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto prompt = word_arg(info, 0, "prompt");
  if (prompt) engine_->drop_prompt(*prompt);
  return env.Undefined();
}

Napi::Value EngineWrap::play(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  const auto prompt = word_arg(info, 2, "prompt");
  if (!prompt) return env.Undefined();
  const auto token = number_arg(info, 3, "token");
  if (!token) return env.Undefined();
  const auto payload_type = integer_arg(info, 4, "payload type", 0, 127);
  if (!payload_type) return env.Undefined();
  const auto packet_bytes = integer_arg(info, 5, "packet size", 1, Player::kMaxPayload);
  if (!packet_bytes) return env.Undefined();
  const auto packet_ms = integer_arg(info, 6, "packet length", 1, kMaxPacketMs);
  if (!packet_ms) return env.Undefined();
  const auto count = integer_arg(info, 7, "count", INT32_MIN, INT32_MAX);
  if (!count) return env.Undefined();
  const auto ssrc = word_arg(info, 8, "SSRC");
  if (!ssrc) return env.Undefined();
  const auto timestamp = word_arg(info, 9, "timestamp");
  if (!timestamp) return env.Undefined();
  const auto sequence = integer_arg(info, 10, "sequence number", 0, UINT16_MAX);
  if (!sequence) return env.Undefined();

  PlaySpec spec;
  spec.payload_type = static_cast<uint8_t>(*payload_type);
  spec.packet_bytes = static_cast<uint32_t>(*packet_bytes);
  spec.packet_ms = static_cast<uint32_t>(*packet_ms);
  spec.count = *count;
  spec.ssrc = *ssrc;
  spec.ts = *timestamp;
  spec.seq = static_cast<uint16_t>(*sequence);
  return Napi::Number::New(env, engine_->play(at->session, at->leg, *prompt, spec, *token));
}

Napi::Value EngineWrap::stop_play(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  return Napi::Number::New(env, engine_->stop_play(at->session, at->leg));
}

Napi::Value EngineWrap::next_ended_player(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto out = float64_arg(info, 0, "out", kPlayerEndFields);
  if (!out) return env.Undefined();
  PlayerEnd end;
  if (!engine_->next_ended_player(&end)) return Napi::Boolean::New(env, false);
  double* fields = *out;
  fields[0] = end.token;
  fields[1] = end.finished ? 1 : 0;
  return Napi::Boolean::New(env, true);
}

}  // namespace rtpp
