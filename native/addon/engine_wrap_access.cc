#include <optional>
#include <string>

#include "addon/args.h"
#include "addon/engine_wrap.h"

namespace rtpp {
namespace {

/** The elements of an array of objects, each made by `read`; nothing, and an exception, when one does not fit. */
template <typename T, typename Read>
std::optional<std::vector<T>> list_option(const Napi::Object& options, const char* name, Read read) {
  const Napi::Value value = options.Get(name);
  if (options.Env().IsExceptionPending()) return std::nullopt;
  std::vector<T> result;
  const uint32_t length = value.IsArray() ? value.As<Napi::Array>().Length() : 0;
  bool fits = value.IsArray();
  for (uint32_t i = 0; fits && i < length; ++i) {
    const Napi::Value element = value.As<Napi::Array>().Get(i);
    if (options.Env().IsExceptionPending()) return std::nullopt;
    fits = element.IsObject();
    if (!fits) break;
    std::optional<T> one = read(element.As<Napi::Object>());
    if (!one) return std::nullopt;
    result.push_back(*one);
  }
  if (fits) return result;
  Napi::TypeError::New(options.Env(), std::string(name) + " is no array of objects").ThrowAsJavaScriptException();
  return std::nullopt;
}

std::optional<Endpoint> endpoint_of(const Napi::Object& object) {
  auto address = address_option(object, "host");
  if (!address) return std::nullopt;
  const auto port = integer_option(object, "port", 0, 65535);
  if (!port) return std::nullopt;
  address->port = static_cast<uint16_t>(*port);
  return address;
}

std::optional<Alias> alias_of(const Napi::Object& object) {
  const auto advertised = address_option(object, "advertised");
  if (!advertised) return std::nullopt;
  const auto local = address_option(object, "local");
  if (!local) return std::nullopt;
  return Alias{*advertised, *local};
}

}  // namespace

Napi::Value EngineWrap::set_access(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  if (!info[0].IsObject()) {
    Napi::TypeError::New(env, "expected an object for access rules").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const Napi::Object given = info[0].As<Napi::Object>();
  AccessRules rules;
  auto control = list_option<Endpoint>(given, "control", endpoint_of);
  if (!control) return env.Undefined();
  auto aliases = list_option<Alias>(given, "aliases", alias_of);
  if (!aliases) return env.Undefined();
  rules.control = std::move(*control);
  rules.aliases = std::move(*aliases);
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
