// The RTP parser and what divides payloads into frames. The input is a datagram.
#include <algorithm>
#include <cstring>
#include <memory>

#include "fuzz.h"
#include "rtp/framing.h"
#include "rtp/packet.h"

using namespace rtpp;

namespace {

/** Valid or not by RFC 3550 5.1 and media.md 5.1, field by field, as the datagram is walked along. */
bool valid(const uint8_t* data, size_t size, size_t* header, size_t* payload) {
  fuzz::Input in(data, size);
  if (size < 12) return false;
  const uint8_t first = in.u8();
  const uint8_t second = in.u8();
  if (first >> 6 != 2 || (second >= 200 && second <= 213)) return false;
  size_t skipped = 10 + 4u * (first & 15);
  in.bytes(&skipped);
  if (skipped != 10 + 4u * (first & 15)) return false;
  if ((first & 0x10) != 0) {
    if (in.left() < 4) return false;
    in.u16();
    const size_t words = in.u16();
    size_t extension = 4 * words;
    in.bytes(&extension);
    if (extension != 4 * words) return false;
  }
  *header = size - in.left();
  *payload = in.left();
  if ((first & 0x20) == 0) return true;
  if (*payload == 0) return false;
  const uint8_t padding = data[size - 1];
  if (padding == 0 || padding > *payload) return false;
  *payload -= padding;
  return true;
}

uint32_t field(const uint8_t* data, size_t from, size_t len) {
  fuzz::Input in(data + from, len);
  return len == 2 ? in.u16() : in.u32();
}

void check_framing(uint8_t pt, const uint8_t* payload, uint32_t len) {
  const uint32_t ticks = audio_ticks(pt, payload, len);
  if (len == 0) MUST(ticks == 0);
  if (ticks == 0) return;
  const uint32_t unit = audio_unit(pt);
  MUST(unit >= 80);
  // Cut into parts of any size it is the same audio: nothing is lost, repeated or read beyond the end.
  for (const uint32_t step : {1u, unit, unit + 1, 3 * unit, ticks, ticks + 1}) {
    uint32_t bytes = 0;
    uint32_t sum = 0;
    // In steps of one tick a part is a frame, and of types without frames a byte: no more of these than it takes to
    // see.
    for (int parts = 0; bytes < len && parts < 300; ++parts) {
      const AudioPart part = audio_part(pt, payload + bytes, len - bytes, step);
      MUST(part.bytes > 0 && part.bytes <= len - bytes);
      MUST(part.ticks >= std::min(step, ticks - sum));
      MUST(audio_ticks(pt, payload + bytes, part.bytes) == part.ticks);
      bytes += part.bytes;
      sum += part.ticks;
      MUST(sum <= ticks);
    }
    if (bytes == len) MUST(sum == ticks);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 65535) return 0;
  size_t header = 0;
  size_t payload = 0;
  RtpView view{};
  const bool parsed = parse_rtp(data, size, &view);
  MUST(parsed == valid(data, size, &header, &payload));
  if (!parsed) return 0;
  MUST(view.header_len == header);
  MUST(view.payload_len == payload);
  MUST(view.pt == (data[1] & 127) && view.marker == (data[1] >= 128));
  MUST(view.seq == field(data, 2, 2) && view.ts == field(data, 4, 4) && view.ssrc == field(data, 8, 4));
  const int rate = clock_rate(view.pt);
  MUST(rate >= 0 && rate <= 90000);

  // In memory of its own, so that what is read behind it is seen.
  const auto copy = std::make_unique<uint8_t[]>(payload);
  std::memcpy(copy.get(), data + header, payload);
  check_framing(view.pt, copy.get(), view.payload_len);

  // A datagram that was cut short within its header is no RTP packet.
  const auto shorter = std::make_unique<uint8_t[]>(header - 1);
  std::memcpy(shorter.get(), data, header - 1);
  MUST(!parse_rtp(shorter.get(), header - 1, &view));
  return 0;
}
