#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "addon/pooled.h"
#include "base/bounded.h"

namespace rtpp {

/** A pipe: its reading and its writing end, which no other program inherits; nothing without free descriptors. */
std::optional<std::vector<int32_t>> open_pipe();

/**
 * Starts a program by a thread of Node's pool: the disk that it is on may not answer. Its process id, or a negative
 * errno.
 *
 * `arguments` are texts that end with a zero byte, the first one the path of the program; `environment` likewise. It
 * leads a process group of its own; reads nothing, writes into `output` and `errors`, and has no other descriptor; its
 * directory is /. It gets neither the real-time policy nor the high limit of open files that the relay needs, and a
 * lower priority.
 */
Pooled start_program(Bounded<0, INT32_MAX> output, Bounded<0, INT32_MAX> errors, std::span<const uint8_t> arguments,
                     std::span<const uint8_t> environment);

/**
 * How a program has ended: its exit code, or a negative signal number; nothing while it runs. With it end the processes
 * that it has left behind in its group. Told once; its process id means nothing after that.
 */
std::optional<int32_t> program_end(Bounded<1, INT32_MAX> pid);

}  // namespace rtpp
