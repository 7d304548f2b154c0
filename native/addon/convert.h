#pragma once

#include <node_api.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "addon/js_name.h"
#include "base/addr.h"
#include "base/bounded.h"
#include "base/fd.h"
#include "base/names.h"

namespace rtpp {

// How values cross between JavaScript and C++: by type. An overload of `read` takes what JavaScript gives, an overload
// of `write` makes what it gets. N-API itself is used, not its C++ wrappers: for most values that is one call, on the
// way of every command.

/** The arguments of a call, or the properties of an object, with their names; they are taken one after the other. */
class Arguments {
 public:
  Arguments(napi_env env, const napi_value* values, const char* const* names)
      : env_(env), values_(values), names_(names) {}

  napi_env env() const { return env_; }
  napi_value take() { return values_[at_++]; }
  /** The next one is undefined, as it is when it is left out. */
  bool is_absent() const;
  /** The next one is ''. */
  bool is_empty_text() const;

  /** Throw what is wrong with the one that was taken last: "expected WHAT for NAME". Always false. */
  bool mistyped(const char* what) const;
  bool out_of_range(const std::string& what) const;
  /** Its name. */
  const char* name() const { return names_[at_ - 1]; }

 private:
  napi_env env_;
  const napi_value* values_;
  const char* const* names_;
  size_t at_ = 0;
};

/** How many arguments make up a type. */
template <typename T>
inline constexpr size_t kArguments = 1;
template <typename T>
inline constexpr size_t kArguments<std::optional<T>> = kArguments<T>;
/** Address and port. */
template <>
inline constexpr size_t kArguments<Endpoint> = 2;

// Each `read` takes the arguments of its type. If they do not fit it throws and returns false.

[[nodiscard]] bool read(Arguments& args, double* out);
[[nodiscard]] bool read(Arguments& args, bool* out);
[[nodiscard]] bool read(Arguments& args, std::string* out);
[[nodiscard]] bool read(Arguments& args, Endpoint* out);

/** An address without a port. */
struct Host : Endpoint {};
[[nodiscard]] bool read(Arguments& args, Host* out);

/** A whole number within bounds. */
[[nodiscard]] bool read_whole(Arguments& args, double min, double max, double* out);

template <std::integral T>
[[nodiscard]] bool read(Arguments& args, T* out) {
  double number;
  if (!read_whole(args, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), &number)) return false;
  *out = static_cast<T>(number);
  return true;
}

template <int32_t kMin, int32_t kMax>
[[nodiscard]] bool read(Arguments& args, Bounded<kMin, kMax>* out) {
  double number;
  if (!read_whole(args, kMin, kMax, &number)) return false;
  *out = static_cast<int32_t>(number);
  return true;
}

/** Which of these names was given. */
[[nodiscard]] bool read_name(Arguments& args, std::span<const JsName> names, size_t* index);

/** The values of an enumeration, by name. */
template <NamedEnum T>
inline constexpr auto kJsNames = std::apply([](auto... name) { return std::array{JsName(name)...}; }, kNamesOf<T>);

template <NamedEnum T>
[[nodiscard]] bool read(Arguments& args, T* out) {
  size_t index;
  if (!read_name(args, kJsNames<T>, &index)) return false;
  *out = static_cast<T>(index);
  return true;
}

template <typename T>
[[nodiscard]] bool read(Arguments& args, std::optional<T>* out) {
  if (!args.is_absent()) return read(args, &out->emplace());
  for (size_t i = 0; i < kArguments<T>; ++i) (void)args.take();
  return true;
}

/** The elements of a typed array with at least `min` of them. They are JavaScript's: for the time of the call. */
[[nodiscard]] bool read_elements(Arguments& args, napi_typedarray_type type, size_t min, void** data, size_t* length);

template <typename T>
inline constexpr napi_typedarray_type kArrayType = napi_uint8_array;
template <>
inline constexpr napi_typedarray_type kArrayType<int16_t> = napi_int16_array;
template <>
inline constexpr napi_typedarray_type kArrayType<int32_t> = napi_int32_array;
template <>
inline constexpr napi_typedarray_type kArrayType<double> = napi_float64_array;

template <typename T>
[[nodiscard]] bool read(Arguments& args, std::span<T>* out, size_t min = 0) {
  void* data;
  size_t length;
  if (!read_elements(args, kArrayType<std::remove_const_t<T>>, min, &data, &length)) return false;
  *out = {static_cast<T*>(data), length};
  return true;
}

/** A record of nothing but doubles, which the function fills in: a Float64Array with so many elements. */
template <typename T>
[[nodiscard]] bool read(Arguments& args, T** out) {
  static_assert(alignof(T) == alignof(double) && sizeof(T) % sizeof(double) == 0);
  void* data;
  size_t length;
  if (!read_elements(args, napi_float64_array, sizeof(T) / sizeof(double), &data, &length)) return false;
  *out = static_cast<T*>(data);
  return true;
}

/** A file that the function takes over. Until then, while other arguments may not fit, it is a number. */
struct GivenFd {
  operator Fd() const { return Fd(number); }
  Bounded<0, INT32_MAX> number;
};
[[nodiscard]] inline bool read(Arguments& args, GivenFd* out) { return read(args, &out->number); }

/** Takes an array; its length. */
[[nodiscard]] bool read_array(Arguments& args, napi_value* array, uint32_t* length);

template <typename T>
[[nodiscard]] bool read(Arguments& args, std::vector<T>* out) {
  napi_value array;
  uint32_t length;
  if (!read_array(args, &array, &length)) return false;
  const char* name = args.name();
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    if (napi_get_element(args.env(), array, i, &element) != napi_ok) return false;
    Arguments elements(args.env(), &element, &name);
    if (!read(elements, &out->emplace_back())) return false;
  }
  return true;
}

template <typename... T>
[[nodiscard]] bool read_all(Arguments& args, T*... out) {
  return (read(args, out) && ...);
}

/** Takes an object and gets these properties of it. */
[[nodiscard]] bool get_properties(Arguments& args, std::span<const char* const> names, napi_value* values);

/** Names of the properties that a struct is read from. */
template <typename T>
inline constexpr std::array<const char*, 0> kProperties{};

/** Takes an object whose properties are read like arguments. */
template <size_t kCount, typename... T>
[[nodiscard]] bool read_properties(Arguments& args, const std::array<const char*, kCount>& names, T*... out) {
  static_assert(kCount == (kArguments<T> + ...));
  napi_value values[kCount];
  if (!get_properties(args, names, values)) return false;
  Arguments properties(args.env(), values, names.data());
  return read_all(properties, out...);
}

napi_value write(napi_env env, bool value);
napi_value write(napi_env env, double value);
napi_value write(napi_env env, const char* value);
napi_value write(napi_env env, const std::string& value);
/** A copy, as a Buffer. */
napi_value write(napi_env env, std::span<const uint8_t> value);
/** Nothing is ''. */
napi_value write(napi_env env, const Host& value);

template <std::integral T>
napi_value write(napi_env env, T value) {
  return write(env, static_cast<double>(value));
}

template <NamedEnum T>
napi_value write(napi_env env, T value) {
  return write(env, kJsNames<T>[static_cast<size_t>(value)].c_str());
}

template <typename T>
napi_value write(napi_env env, const std::vector<T>& values) {
  napi_value array;
  if (napi_create_array_with_length(env, values.size(), &array) != napi_ok) return nullptr;
  for (size_t i = 0; i < values.size(); ++i) {
    (void)napi_set_element(env, array, static_cast<uint32_t>(i), write(env, values[i]));
  }
  return array;
}

/** Nothing is null. */
template <typename T>
napi_value write(napi_env env, const std::optional<T>& value) {
  if (value) return write(env, *value);
  napi_value null;
  return napi_get_null(env, &null) == napi_ok ? null : nullptr;
}

/** What a struct is called as an object: a tuple of names and members. */
template <typename T, typename Member>
struct Field {
  JsName name;
  Member T::*member;
};
template <typename T, typename Member>
Field(const char*, Member T::*) -> Field<T, Member>;
template <typename T>
inline constexpr auto kFields = std::tuple<>{};

template <typename T>
requires(std::tuple_size_v<decltype(kFields<T>)> > 0) napi_value write(napi_env env, const T& value) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok) return nullptr;
  const auto set = [&](const auto& field) {
    (void)napi_set_named_property(env, object, field.name.c_str(), write(env, value.*field.member));
  };
  std::apply([&](const auto&... field) { (set(field), ...); }, kFields<T>);
  return object;
}

}  // namespace rtpp
