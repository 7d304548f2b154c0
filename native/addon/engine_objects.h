#pragma once

#include <array>
#include <tuple>

#include "addon/convert.h"
#include "engine/engine.h"

namespace rtpp {

// Objects that the engine is given and gives (`src/addon/types.ts`, `backend.ts`).

template <>
inline constexpr std::array kProperties<EngineOptions>{
    "workers", "workerCpus", "independentTtl", "duplicateSmall", "playTtl", "guarded", "verbose", "batchWindow", "io"};

/** How packets come in and go out. */
struct Backend {
  const char* io;
  const char* refused;
  const char* step;
  int error;
};
template <>
inline constexpr std::tuple kFields<Backend>{Field{"io", &Backend::io}, Field{"refused", &Backend::refused},
                                             Field{"step", &Backend::step}, Field{"errno", &Backend::error}};

struct ReusedPorts {
  Reuse reuse;
  uint16_t first;
  uint16_t last;
};
template <>
inline constexpr std::tuple kFields<ReusedPorts>{
    Field{"reuse", &ReusedPorts::reuse}, Field{"first", &ReusedPorts::first}, Field{"last", &ReusedPorts::last}};

template <>
inline constexpr std::tuple kFields<RecordReport>{
    Field{"recording", &RecordReport::file}, Field{"kind", &RecordReport::kind},
    Field{"errno", &RecordReport::error},    Field{"written", &RecordReport::written},
    Field{"lost", &RecordReport::lost},      Field{"payloadType", &RecordReport::payload_type}};

template <>
inline constexpr std::tuple kFields<PlayerEnd>{Field{"token", &PlayerEnd::token},
                                               Field{"finished", &PlayerEnd::finished}};

}  // namespace rtpp
