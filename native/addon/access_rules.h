#pragma once

#include "access/policy.h"
#include "addon/convert.h"

namespace rtpp {

// Objects of `src/addon/access.ts`.

[[nodiscard]] bool read(Arguments& args, PeerBlock* out);
[[nodiscard]] bool read(Arguments& args, AccessRules* out);

}  // namespace rtpp
