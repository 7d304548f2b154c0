#pragma once

#include <napi.h>

namespace rtpp {

/** The class `NativeControlSockets` of `src/addon/control-types.ts`: functions of ControlSockets as methods. */
Napi::Function define_native_control_sockets(Napi::Env env);

}  // namespace rtpp
