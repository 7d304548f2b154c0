#pragma once

#include <algorithm>
#include <cstdint>

#include "resizer_rig.h"
#include "rtp/framing.h"
#include "rtp/packet.h"
#include "rtp/resizer.h"

// Audio that shows by itself where it belongs: its bytes are made from its payload type and timestamp.

namespace rtpp::test {

/** Byte number `k` of what was said at `tick`. */
inline uint8_t said(uint8_t pt, uint32_t tick, uint32_t k) {
  const uint32_t mixed = (tick + 977 * pt) * 2654435761u + k * 40503u;
  return static_cast<uint8_t>(mixed >> 16);
}

struct Audio {
  uint32_t ticks = 0;
  Bytes bytes;
};

/** The audio from `tick` on, at least `ticks` of it, in whole frames. */
inline Audio speech(uint8_t pt, uint32_t tick, uint32_t ticks) {
  static constexpr uint32_t kG723[] = {24, 20, 4};
  const uint32_t per_frame = pt == 3 ? 160 : pt == 18 ? 80 : pt == 4 ? 240 : 1;
  Audio audio;
  for (; audio.ticks < ticks; audio.ticks += per_frame) {
    const uint32_t now = tick + audio.ticks;
    const uint32_t kind = said(4, now, 0) % 3;
    const uint32_t length = pt == 3 ? 33 : pt == 18 ? 10 : pt == 4 ? kG723[kind] : 1;
    const size_t start = audio.bytes.size();
    for (uint32_t k = 0; k < length; ++k) audio.bytes.push_back(said(pt, now, k));
    if (pt == 4) audio.bytes[start] = static_cast<uint8_t>((audio.bytes[start] & ~3u) | kind);
  }
  return audio;
}

/** Length of a packet's audio; 0 when it is not valid, or the resizer knows nothing about it. */
inline uint32_t ticks_in(const Bytes& packet) {
  RtpView view;
  if (!parse_rtp(packet.data(), packet.size(), &view)) return 0;
  return audio_ticks(view.pt, packet.data() + view.header_len, view.payload_len);
}

/** A valid packet without padding whose audio belongs to its timestamp. */
inline bool sound(const Bytes& packet) {
  RtpView view;
  if (!parse_rtp(packet.data(), packet.size(), &view) || (packet[0] & 0x20) != 0) return false;
  if (packet.size() > Resizer::kMaxPacket || view.header_len > Resizer::kMaxHeader) return false;
  const uint32_t ticks = audio_ticks(view.pt, packet.data() + view.header_len, view.payload_len);
  if (ticks == 0) return false;
  const Audio expected = speech(view.pt, view.ts, ticks);
  return view.payload_len <= expected.bytes.size() &&
         std::equal(packet.begin() + view.header_len, packet.end(), expected.bytes.begin());
}

}  // namespace rtpp::test
