#pragma once

#include "access/policy.h"
#include "addon/convert.h"

namespace rtpp {

// Objects of `src/addon/access.ts`.

bool read(Arguments& args, PeerBlock* out);
bool read(Arguments& args, AccessRules* out);

}  // namespace rtpp
