#include "addon/convert.h"

#include <arpa/inet.h>

#include <cmath>
#include <cstdio>
#include <cstring>

namespace rtpp {
namespace {

const char* kind_of(napi_typedarray_type type) {
  switch (type) {
    case napi_uint8_array:
      return "a Uint8Array that is long enough";
    case napi_int16_array:
      return "an Int16Array that is long enough";
    case napi_int32_array:
      return "an Int32Array that is long enough";
    default:
      return "a Float64Array that is long enough";
  }
}

}  // namespace

bool Arguments::is_absent() const {
  napi_valuetype type;
  return napi_typeof(env_, values_[at_], &type) == napi_ok && type == napi_undefined;
}

bool Arguments::is_empty_text() const {
  size_t length;
  return napi_get_value_string_utf8(env_, values_[at_], nullptr, 0, &length) == napi_ok && length == 0;
}

bool Arguments::mistyped(const char* what) const {
  const std::string message = std::string("expected ") + what + " for " + name();
  (void)napi_throw_type_error(env_, nullptr, message.c_str());
  return false;
}

bool Arguments::out_of_range(const std::string& what) const {
  const std::string message = "expected " + what + " for " + name();
  (void)napi_throw_range_error(env_, nullptr, message.c_str());
  return false;
}

bool read(Arguments& args, double* out) {
  return napi_get_value_double(args.env(), args.take(), out) == napi_ok || args.mistyped("a number");
}

bool read(Arguments& args, bool* out) {
  return napi_get_value_bool(args.env(), args.take(), out) == napi_ok || args.mistyped("a boolean");
}

bool read(Arguments& args, std::string* out) {
  const napi_value value = args.take();
  size_t length;
  if (napi_get_value_string_utf8(args.env(), value, nullptr, 0, &length) != napi_ok) return args.mistyped("a string");
  out->resize(length);
  return napi_get_value_string_utf8(args.env(), value, out->data(), length + 1, &length) == napi_ok;
}

bool read(Arguments& args, Endpoint* out) {
  Host host;
  if (!read(args, &host)) return false;
  *out = host;
  return read(args, &out->port);
}

bool read(Arguments& args, Host* out) {
  char text[INET6_ADDRSTRLEN + 1];
  size_t length;
  *out = {};
  // What is cut off here is too long for an address, and what has a zero in it is none.
  if (napi_get_value_string_utf8(args.env(), args.take(), text, sizeof text, &length) == napi_ok && length > 0 &&
      std::strlen(text) == length) {
    if (::inet_pton(AF_INET, text, out->ip) == 1)
      out->family = 4;
    else if (::inet_pton(AF_INET6, text, out->ip) == 1)
      out->family = 6;
  }
  return !out->empty() || args.mistyped("a numeric IP address");
}

bool read_whole(Arguments& args, double min, double max, double* out) {
  if (!read(args, out)) return false;
  if (*out >= min && *out <= max && *out == std::floor(*out)) return true;
  char bounds[80];
  std::snprintf(bounds, sizeof bounds, "a whole number from %.0f to %.0f", min, max);
  return args.out_of_range(bounds);
}

bool read_name(Arguments& args, std::span<const JsName> names, size_t* index) {
  char text[32];
  size_t length;
  if (napi_get_value_string_utf8(args.env(), args.take(), text, sizeof text, &length) != napi_ok) {
    return args.mistyped("a name");
  }
  for (*index = 0; *index < names.size(); ++*index) {
    if (names[*index].view() == std::string_view(text, length)) return true;
  }
  std::string known;
  for (const JsName& name : names) known.append(known.empty() ? "" : ", ").append(name.view());
  return args.out_of_range("one of " + known);
}

bool read_elements(Arguments& args, napi_typedarray_type type, size_t min, void** data, size_t* length) {
  napi_typedarray_type given;
  const napi_status status = napi_get_typedarray_info(args.env(), args.take(), &given, length, data, nullptr, nullptr);
  return (status == napi_ok && given == type && *length >= min) || args.mistyped(kind_of(type));
}

bool read_array(Arguments& args, napi_value* array, uint32_t* length) {
  *array = args.take();
  return napi_get_array_length(args.env(), *array, length) == napi_ok || args.mistyped("an array");
}

bool get_properties(Arguments& args, std::span<const char* const> names, napi_value* values) {
  const napi_value object = args.take();
  napi_valuetype type;
  if (napi_typeof(args.env(), object, &type) != napi_ok || type != napi_object) return args.mistyped("an object");
  for (size_t i = 0; i < names.size(); ++i) {
    // It fails when a getter has thrown.
    if (napi_get_named_property(args.env(), object, names[i], &values[i]) != napi_ok) return false;
  }
  return true;
}

napi_value write(napi_env env, bool value) {
  napi_value result;
  return napi_get_boolean(env, value, &result) == napi_ok ? result : nullptr;
}

napi_value write(napi_env env, double value) {
  napi_value result;
  return napi_create_double(env, value, &result) == napi_ok ? result : nullptr;
}

napi_value write(napi_env env, const char* value) {
  napi_value result;
  return napi_create_string_utf8(env, value, NAPI_AUTO_LENGTH, &result) == napi_ok ? result : nullptr;
}

napi_value write(napi_env env, const Host& value) {
  char text[INET6_ADDRSTRLEN] = "";
  if (!value.empty()) (void)::inet_ntop(value.family == 6 ? AF_INET6 : AF_INET, value.ip, text, sizeof text);
  return write(env, text);
}

napi_value write(napi_env env, std::span<const uint8_t> value) {
  napi_value result;
  return napi_create_buffer_copy(env, value.size(), value.data(), nullptr, &result) == napi_ok ? result : nullptr;
}

napi_value write(napi_env env, const std::string& value) {
  napi_value result;
  return napi_create_string_utf8(env, value.data(), value.size(), &result) == napi_ok ? result : nullptr;
}

}  // namespace rtpp
