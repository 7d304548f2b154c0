#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "rtp/resizer.h"

namespace rtpp::test {

using Bytes = std::vector<uint8_t>;

struct RtpFields {
  uint8_t pt = 0;
  uint16_t seq = 0;
  uint32_t ts = 0;
  uint32_t ssrc = 1;
  bool marker = false;
};

/** A packet without CSRC list, extension and padding. */
inline Bytes rtp_packet(const RtpFields& fields, const Bytes& payload) {
  const auto part = [](uint32_t value, int shift) { return static_cast<uint8_t>(value >> shift); };
  const auto& [pt, seq, ts, ssrc, marker] = fields;
  Bytes bytes = {0x80,           static_cast<uint8_t>((marker ? 0x80 : 0) | pt),
                 part(seq, 8),   part(seq, 0),
                 part(ts, 24),   part(ts, 16),
                 part(ts, 8),    part(ts, 0),
                 part(ssrc, 24), part(ssrc, 16),
                 part(ssrc, 8),  part(ssrc, 0)};
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

/** What left the resizer, or passed by it, after packet number `trigger`. */
struct Emitted {
  size_t trigger;
  Bytes bytes;
  PacketOrigin origin;
  /** It took no part. */
  bool passed = false;
};

/** A resizer with everything that it was given and gave out. */
struct ResizerRig {
  explicit ResizerRig(uint32_t ptime) { resizer->set_ptime(ptime); }

  /** A packet arrives at this millisecond. What it brings about is at the end of `emitted`; returns how much that is.
   */
  size_t receive(double ms, const Bytes& packet, const PacketOrigin& origin = {}) {
    const size_t before = emitted.size();
    const int64_t now = kStart + static_cast<int64_t>(ms * 1e6);
    // Exactly as long as the packet, so that AddressSanitizer sees what is read behind it.
    const Bytes copy(packet);
    RtpView view;
    const bool valid = parse_rtp(copy.data(), copy.size(), &view);
    const Intake intake = valid ? resizer->push(copy.data(), view, origin, now) : Intake{};
    if (intake.taken) {
      ++in;
    } else {
      Bytes passed(copy);
      if (valid) {
        passed[2] = static_cast<uint8_t>(intake.seq >> 8);
        passed[3] = static_cast<uint8_t>(intake.seq);
      }
      emitted.push_back({received, passed, origin, true});
    }
    discarded += intake.discarded;
    const auto room = std::make_unique<uint8_t[]>(Resizer::kMaxPacket);
    PacketOrigin from;
    while (const uint32_t len = resizer->pop(now, room.get(), &from)) {
      emitted.push_back({received, Bytes(room.get(), room.get() + len), from});
      ++out;
    }
    ++received;
    return emitted.size() - before;
  }

  static constexpr int64_t kStart = 5'000'000'000'000;

  std::unique_ptr<Resizer> resizer = std::make_unique<Resizer>();
  std::vector<Emitted> emitted;
  size_t received = 0;
  uint32_t in = 0;
  uint32_t out = 0;
  uint32_t discarded = 0;
};

}  // namespace rtpp::test
