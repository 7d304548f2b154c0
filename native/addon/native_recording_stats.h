#pragma once

#include <napi.h>

namespace rtpp {

/** The class `NativeRecordingStats` of `src/addon/recording-types.ts`. */
Napi::Function define_native_recording_stats(Napi::Env env);

}  // namespace rtpp
