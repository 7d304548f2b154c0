#pragma once

#include <napi.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "base/addr.h"

namespace rtpp {

/**
 * Checked conversion of call arguments (shape only; the meaning was validated in TypeScript). Each function throws a
 * TypeError or RangeError that names the argument, and returns nothing, when the value does not fit.
 */
std::optional<double> number_arg(const Napi::CallbackInfo& info, size_t index, const char* name);
std::optional<int32_t> integer_arg(const Napi::CallbackInfo& info, size_t index, const char* name, int32_t min,
                                   int32_t max);
/** The session and the leg that a call is about: its first two arguments. */
struct LegArg {
  double session;
  int32_t leg;
};
std::optional<LegArg> leg_arg(const Napi::CallbackInfo& info);
std::optional<bool> boolean_arg(const Napi::CallbackInfo& info, size_t index, const char* name);
/** A numeric IPv4 or IPv6 address. */
std::optional<Endpoint> address_arg(const Napi::CallbackInfo& info, size_t index, const char* name);
/** A Float64Array with room for `length` numbers. */
std::optional<double*> float64_arg(const Napi::CallbackInfo& info, size_t index, const char* name, size_t length);
/** A whole-number property of an options object. */
std::optional<int32_t> integer_option(const Napi::Object& options, const char* name, int32_t min, int32_t max);
/** A property that is an array of whole numbers. */
std::optional<std::vector<int32_t>> integers_option(const Napi::Object& options, const char* name, int32_t min,
                                                    int32_t max);
/** A property that is a numeric IPv4 or IPv6 address. */
std::optional<Endpoint> address_option(const Napi::Object& options, const char* name);
std::optional<bool> boolean_option(const Napi::Object& options, const char* name);

}  // namespace rtpp
