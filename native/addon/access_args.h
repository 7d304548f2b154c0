#pragma once

#include <napi.h>

#include <optional>
#include <vector>

#include "access/policy.h"

namespace rtpp {

/** Properties that are arrays of objects of `src/addon/access.ts`. As in args.h: nothing, and an exception, when one
 * does not fit. */
std::optional<std::vector<Endpoint>> endpoints_option(const Napi::Object& options, const char* name);
std::optional<std::vector<Alias>> aliases_option(const Napi::Object& options, const char* name);
std::optional<std::vector<PeerBlock>> blocks_option(const Napi::Object& options, const char* name);
/** An argument that is such an array. */
std::optional<std::vector<PeerBlock>> blocks_arg(const Napi::CallbackInfo& info, size_t index, const char* name);

}  // namespace rtpp
