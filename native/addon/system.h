#pragma once

#include <napi.h>

namespace rtpp {

/** Adds what Node's core cannot do of the system: `NativeSystem` in `src/addon/system-types.ts`. */
void define_system(Napi::Env env, Napi::Object exports);

}  // namespace rtpp
