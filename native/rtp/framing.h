#pragma once

#include <cstdint>

namespace rtpp {

// How the audio of a payload type divides into packets (media.md 3.3). A tick is 1/8000 s, the RTP clock of all types
// that are known here.

/** Ticks per payload; 0 when the payload type is not known, or the payload is empty or not made of whole frames. */
uint32_t audio_ticks(uint8_t pt, const uint8_t* payload, uint32_t len);

/** Ticks of the shortest packet that is made of a known payload type; a packet's length is a multiple of it. */
uint32_t audio_unit(uint8_t pt);

/** The beginning of a payload. */
struct AudioPart {
  uint32_t bytes;
  uint32_t ticks;
};

/**
 * The first `ticks` (at least 1) of a payload that `audio_ticks` knows, rounded up to whole frames; all of it when it
 * is not longer.
 */
AudioPart audio_part(uint8_t pt, const uint8_t* payload, uint32_t len, uint32_t ticks);

/** A silence descriptor is the last frame of its packet (RFC 3551 4.5.6): nothing may be put behind this payload. */
bool ends_in_silence(uint8_t pt, uint32_t len);

}  // namespace rtpp
