#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "io/io_backend.h"
#include "io/io_failure.h"

namespace rtpp {

/** The best backend that works. */
inline constexpr const char* kAutoBackend = "auto";

/** What may be chosen: kAutoBackend, and every backend by name. */
std::vector<const char*> io_choices();

/**
 * The backend that was chosen, for so many workers. Null when it does not work, or nothing does; `*refusal` says why,
 * and also why a better one was not taken.
 */
std::unique_ptr<IoBackend> create_backend(std::string_view choice, uint32_t workers, IoFailure* refusal);

}  // namespace rtpp
