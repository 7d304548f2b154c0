#pragma once

#include <napi.h>

#include <span>

#include "addon/bind.h"

namespace rtpp {

/** The functions of `NativeG711` in `src/addon/codec-types.ts`. */
std::span<const Function> g711_functions();

/** The classes of `src/addon/codec-types.ts`. */
Napi::Function define_native_g722_encoder(Napi::Env env);
Napi::Function define_native_g722_decoder(Napi::Env env);

}  // namespace rtpp
