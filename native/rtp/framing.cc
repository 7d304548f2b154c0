#include "rtp/framing.h"

#include <algorithm>

namespace rtpp {
namespace {

constexpr uint8_t kPcmu = 0;
constexpr uint8_t kGsm = 3;
constexpr uint8_t kG723 = 4;
constexpr uint8_t kPcma = 8;
constexpr uint8_t kG722 = 9;
constexpr uint8_t kG729 = 18;

/** Shortest packet of a type whose bytes are ticks. */
constexpr uint32_t kByteUnit = 80;
constexpr uint32_t kGsmFrame = 33;
constexpr uint32_t kGsmTicks = 160;
constexpr uint32_t kG729Frame = 10;
constexpr uint32_t kG729Ticks = 80;
constexpr uint32_t kG723Ticks = 240;

/** Length of the frame by its first byte (RFC 3551 4.5.3); 0 = unknown. */
uint32_t g723_frame(uint8_t first) {
  static constexpr uint8_t kBytes[4] = {24, 20, 4, 0};
  return kBytes[first & 3];
}

/** Up to `frames` frames. Nothing when one of them is of unknown length or incomplete. */
AudioPart g723_part(const uint8_t* payload, uint32_t len, uint32_t frames) {
  AudioPart part{0, 0};
  for (; frames > 0 && part.bytes < len; --frames) {
    const uint32_t frame = g723_frame(payload[part.bytes]);
    if (frame == 0 || frame > len - part.bytes) return {0, 0};
    part.bytes += frame;
    part.ticks += kG723Ticks;
  }
  return part;
}

uint32_t frames_for(uint32_t ticks, uint32_t per_frame) { return (ticks + per_frame - 1) / per_frame; }

}  // namespace

uint32_t audio_ticks(uint8_t pt, const uint8_t* payload, uint32_t len) {
  switch (pt) {
    case kPcmu:
    case kPcma:
    case kG722:  // its clock counts half of the samples (RFC 3551 4.5.2)
      return len;
    case kGsm:
      return len % kGsmFrame == 0 ? len / kGsmFrame * kGsmTicks : 0;
    case kG729:
      return frames_for(len, kG729Frame) * kG729Ticks;
    case kG723:
      return g723_part(payload, len, UINT32_MAX).ticks;
    default:
      return 0;
  }
}

uint32_t audio_unit(uint8_t pt) {
  switch (pt) {
    case kGsm:
      return kGsmTicks;
    case kG729:
      return kG729Ticks;
    case kG723:
      return kG723Ticks;
    default:
      return kByteUnit;
  }
}

AudioPart audio_part(uint8_t pt, const uint8_t* payload, uint32_t len, uint32_t ticks) {
  switch (pt) {
    case kGsm: {
      const uint32_t frames = std::min(frames_for(ticks, kGsmTicks), len / kGsmFrame);
      return {frames * kGsmFrame, frames * kGsmTicks};
    }
    case kG729: {
      const uint32_t frames = std::min(frames_for(ticks, kG729Ticks), frames_for(len, kG729Frame));
      return {std::min(frames * kG729Frame, len), frames * kG729Ticks};
    }
    case kG723:
      return g723_part(payload, len, frames_for(ticks, kG723Ticks));
    default: {
      const uint32_t bytes = std::min(ticks, len);
      return {bytes, bytes};
    }
  }
}

bool ends_in_silence(uint8_t pt, uint32_t len) { return pt == kG729 && len % kG729Frame != 0; }

}  // namespace rtpp
