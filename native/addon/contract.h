#pragma once

#include <napi.h>

namespace rtpp {

/**
 * What JavaScript knows by name or by place, each thing as a list of texts. `src/addon/contract.ts` has the same lists,
 * and the loader refuses an addon where they are others.
 */
Napi::Object contract(Napi::Env env);

}  // namespace rtpp
