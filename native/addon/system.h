#pragma once

#include <span>

#include "addon/bind.h"

namespace rtpp {

/** What Node's core cannot do of the system: `NativeSystem` in `src/addon/system-types.ts`. */
std::span<const Function> system_functions();

}  // namespace rtpp
