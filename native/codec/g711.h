#pragma once

#include <cstdint>
#include <span>

#include "base/names.h"

namespace rtpp {

/** The two laws of G.711: PCMU (payload type 0) and PCMA (8). */
#define RTPP_G711_LAWS(X) X(kUlaw) X(kAlaw)
RTPP_NAMED_ENUM(G711Law, RTPP_G711_LAWS)

/** What a code stands for, as a 16-bit sample. The smallest u-law codes are -2 and +2, as in the C tools, and not 0. */
[[nodiscard]] int16_t decode_g711(G711Law law, uint8_t code);

/** The code of a 16-bit sample, of which u-law has the upper 14 bits and A-law the upper 13. */
[[nodiscard]] uint8_t encode_g711(G711Law law, int16_t sample);

/** So many as both have. */
void decode_g711(G711Law law, std::span<const uint8_t> codes, std::span<int16_t> samples);
void encode_g711(G711Law law, std::span<const int16_t> samples, std::span<uint8_t> codes);

}  // namespace rtpp
