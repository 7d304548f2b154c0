#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "addon/convert.h"

namespace rtpp {

// The addon is a few tables like
//
//   bind<&Engine::set_ttl>("setTtl", "session", "leg", "seconds")
//
// `bind` makes a JavaScript function of a C++ one. What it demands of its arguments, and what it returns, follows from
// the types in the C++ signature (convert.h); the names are for the errors that it throws. The C++ function is a member
// of the class that the table is for, or a free one whose first parameter is the object, or one without an object.

template <typename T>
class NativeObject;

/** A row of a table. */
struct Function {
  static constexpr size_t kMaxArguments = 11;

  const char* name;
  napi_callback call;
  std::array<const char*, kMaxArguments> arguments;

  /** As N-API wants it, of a class or of the addon. */
  napi_property_descriptor property(napi_property_attributes attributes = napi_default_method) const {
    napi_property_descriptor property{};
    property.utf8name = name;
    property.method = call;
    property.attributes = attributes;
    property.data = const_cast<Function*>(this);
    return property;
  }
};

/** How a parameter is kept between reading it and the call. */
template <typename Parameter>
struct Kept {
  using Type = std::remove_cvref_t<Parameter>;
};
template <>
struct Kept<Fd> {
  using Type = GivenFd;
};

template <typename Object, typename... Parameters>
struct SignatureOf {
  /** What it is a method of; void: of nothing. */
  using This = Object;
  using Values = std::tuple<typename Kept<Parameters>::Type...>;
  static constexpr size_t kCount = (kArguments<typename Kept<Parameters>::Type> + ... + 0);
};

template <typename F>
struct Signature;
template <typename R, typename... P>
struct Signature<R (*)(P...)> : SignatureOf<void, P...> {};
template <typename R, typename C, typename... P>
requires(!std::is_const_v<C>) struct Signature<R (*)(C&, P...)> : SignatureOf<C, P...> {
};
template <typename R, typename C, typename... P>
struct Signature<R (C::*)(P...)> : SignatureOf<C, P...> {};
template <typename R, typename C, typename... P>
struct Signature<R (C::*)(P...) const> : SignatureOf<C, P...> {};

/** Calls a function and makes a JavaScript value of its result. Without one that is undefined. */
template <auto kFunction, typename... T>
napi_value write_result(napi_env env, T&&... args) {
  if constexpr (std::is_void_v<std::invoke_result_t<decltype(kFunction), T...>>) {
    std::invoke(kFunction, std::forward<T>(args)...);
    return nullptr;
  } else {
    return write(env, std::invoke(kFunction, std::forward<T>(args)...));
  }
}

/** Where JavaScript comes in. With an exception pending the result does not matter. */
template <auto kFunction, typename S>
napi_value enter(napi_env env, napi_callback_info info) {
  size_t count = S::kCount;
  napi_value given[S::kCount + 1];  // what is left out is undefined, what is too much is not looked at
  napi_value self;
  void* row;
  if (napi_get_cb_info(env, info, &count, given, &self, &row) != napi_ok) return nullptr;
  Arguments args(env, given, static_cast<const Function*>(row)->arguments.data());
  typename S::Values values;
  const auto read_values = [&args](auto&... value) { return (read(args, &value) && ...); };

  if constexpr (std::is_void_v<typename S::This>) {
    if (!std::apply(read_values, values)) return nullptr;
    return std::apply([env](auto&... value) { return write_result<kFunction>(env, std::move(value)...); }, values);
  } else {
    const auto* wrapper = NativeObject<typename S::This>::unwrap(env, self);
    if (wrapper == nullptr || wrapper->usable(env) == nullptr || !std::apply(read_values, values)) return nullptr;
    // Asked again, since a getter among the arguments may have closed it.
    typename S::This* object = wrapper->usable(env);
    if (object == nullptr) return nullptr;
    return std::apply(
        [env, object](auto&... value) { return write_result<kFunction>(env, *object, std::move(value)...); }, values);
  }
}

/** `As`: what is read in place of the parameters' own types, where these say too little. */
template <auto kFunction, typename... As, typename... Names>
consteval Function bind(const char* name, Names... arguments) {
  using Own = Signature<decltype(kFunction)>;
  using S = std::conditional_t<sizeof...(As) == 0, Own, SignatureOf<typename Own::This, As...>>;
  static_assert(sizeof...(Names) == S::kCount, "each argument has a name");
  return {name, enter<kFunction, S>, {arguments...}};
}

}  // namespace rtpp
