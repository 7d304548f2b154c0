#include "addon/args.h"

#include <arpa/inet.h>

#include <cmath>
#include <cstring>
#include <string>

namespace rtpp {
namespace {

void throw_type(Napi::Env env, const char* name, const char* expected) {
  Napi::TypeError::New(env, std::string("expected ") + expected + " for " + name).ThrowAsJavaScriptException();
}

std::optional<int32_t> to_integer(Napi::Env env, const Napi::Value& value, const char* name, int32_t min, int32_t max) {
  if (!value.IsNumber()) {
    throw_type(env, name, "a number");
    return std::nullopt;
  }
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= min && number <= max) || number != std::floor(number)) {
    Napi::RangeError::New(env, std::string("expected a whole number from ") + std::to_string(min) + " to " +
                                   std::to_string(max) + " for " + name)
        .ThrowAsJavaScriptException();
    return std::nullopt;
  }
  return static_cast<int32_t>(number);
}

std::optional<bool> to_boolean(Napi::Env env, const Napi::Value& value, const char* name) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  throw_type(env, name, "a boolean");
  return std::nullopt;
}

std::optional<Endpoint> to_address(Napi::Env env, const Napi::Value& value, const char* name) {
  char text[INET6_ADDRSTRLEN + 1];
  size_t length = 0;
  Endpoint endpoint{};
  if (value.IsString() && napi_get_value_string_utf8(env, value, text, sizeof text, &length) == napi_ok && length > 0 &&
      std::strlen(text) == length) {
    if (::inet_pton(AF_INET, text, endpoint.ip) == 1) {
      endpoint.family = 4;
      return endpoint;
    }
    if (::inet_pton(AF_INET6, text, endpoint.ip) == 1) {
      endpoint.family = 6;
      return endpoint;
    }
  }
  throw_type(env, name, "a numeric IP address");
  return std::nullopt;
}

}  // namespace

std::optional<double> number_arg(const Napi::CallbackInfo& info, size_t index, const char* name) {
  const Napi::Value value = info[index];
  if (value.IsNumber()) return value.As<Napi::Number>().DoubleValue();
  throw_type(info.Env(), name, "a number");
  return std::nullopt;
}

std::optional<int32_t> integer_arg(const Napi::CallbackInfo& info, size_t index, const char* name, int32_t min,
                                   int32_t max) {
  return to_integer(info.Env(), info[index], name, min, max);
}

std::optional<LegArg> leg_arg(const Napi::CallbackInfo& info) {
  const auto session = number_arg(info, 0, "session");
  if (!session) return std::nullopt;
  const auto leg = integer_arg(info, 1, "leg", 0, 1);
  if (!leg) return std::nullopt;
  return LegArg{*session, *leg};
}

std::optional<bool> boolean_arg(const Napi::CallbackInfo& info, size_t index, const char* name) {
  return to_boolean(info.Env(), info[index], name);
}

std::optional<Endpoint> address_arg(const Napi::CallbackInfo& info, size_t index, const char* name) {
  return to_address(info.Env(), info[index], name);
}

std::optional<double*> float64_arg(const Napi::CallbackInfo& info, size_t index, const char* name, size_t length) {
  const Napi::Value value = info[index];
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_float64_array &&
      value.As<Napi::TypedArray>().ElementLength() >= length) {
    return value.As<Napi::Float64Array>().Data();
  }
  throw_type(info.Env(), name, "a Float64Array that is long enough");
  return std::nullopt;
}

std::optional<int32_t> integer_option(const Napi::Object& options, const char* name, int32_t min, int32_t max) {
  const Napi::Value value = options.Get(name);
  if (options.Env().IsExceptionPending()) return std::nullopt;  // thrown by a getter
  return to_integer(options.Env(), value, name, min, max);
}

std::optional<std::vector<int32_t>> integers_option(const Napi::Object& options, const char* name, int32_t min,
                                                    int32_t max) {
  const Napi::Value value = options.Get(name);
  if (options.Env().IsExceptionPending()) return std::nullopt;  // thrown by a getter
  if (!value.IsArray()) {
    Napi::TypeError::New(options.Env(), std::string(name) + " is no array").ThrowAsJavaScriptException();
    return std::nullopt;
  }
  const Napi::Array array = value.As<Napi::Array>();
  std::vector<int32_t> result;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Value element = array.Get(i);
    if (options.Env().IsExceptionPending()) return std::nullopt;
    const auto number = to_integer(options.Env(), element, name, min, max);
    if (!number) return std::nullopt;
    result.push_back(*number);
  }
  return result;
}

std::optional<Endpoint> address_option(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  if (options.Env().IsExceptionPending()) return std::nullopt;
  return to_address(options.Env(), value, name);
}

std::optional<bool> boolean_option(const Napi::Object& options, const char* name) {
  const Napi::Value value = options.Get(name);
  if (options.Env().IsExceptionPending()) return std::nullopt;
  return to_boolean(options.Env(), value, name);
}

}  // namespace rtpp
