#pragma once

#include <napi.h>

namespace rtpp {

/** The class `NativeEngine` of `src/addon/types.ts`: the engine's functions as methods. */
Napi::Function define_native_engine(Napi::Env env);

}  // namespace rtpp
