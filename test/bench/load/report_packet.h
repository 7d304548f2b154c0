#pragma once

#include <endian.h>

#include <cstdint>
#include <cstring>

#include "probe.h"

namespace load {

inline constexpr unsigned kReportSize = 52;

/** Writes a sender report with one block (RFC 3550 6.4.1) about the other phone. */
inline void encode_report(const Probe& probe, uint8_t* packet) {
  const uint32_t seconds = static_cast<uint32_t>(probe.sent_ns / 1'000'000'000);
  const uint32_t words[] = {
      0x81c8'0000U | (kReportSize / 4 - 1),
      ssrc_of(probe.session, probe.side),
      seconds,
      0x8000'0000U,
      probe.number * 160,
      probe.number,
      probe.number * 160,
      ssrc_of(probe.session, 1 - probe.side),
      0,
      probe.number,
      10,
      seconds << 16,
      0x1'0000,
  };
  static_assert(sizeof words == kReportSize);
  for (unsigned i = 0; i < kReportSize / 4; ++i) {
    const uint32_t word = htobe32(words[i]);
    std::memcpy(packet + 4 * i, &word, sizeof word);
  }
}

/** Sender and receiver reports. */
inline bool is_report(const uint8_t* packet, unsigned size) { return size >= 8 && (packet[1] == 200 || packet[1] == 201); }

}  // namespace load
