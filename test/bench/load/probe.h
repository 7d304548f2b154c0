#pragma once

#include <endian.h>

#include <cstdint>
#include <cstring>

namespace load {

inline constexpr unsigned kRtpHeader = 12;
inline constexpr unsigned kProbeSize = kRtpHeader + 160;

/** What a packet of the load says about itself. */
struct Probe {
  /** Same for all packets of one run of the program: tells them from those of an earlier one. */
  uint64_t run;
  /** CLOCK_MONOTONIC when it was sent. */
  int64_t sent_ns;
  uint32_t session;
  /** Counts the packets of the sending phone from 0. */
  uint32_t number;
  /** Of the sending phone: 0 for A, 1 for B. */
  uint32_t side;
  uint32_t magic;
};

inline constexpr uint32_t kProbeMagic = 0x6c6f6164;

/**
 * Writes the RTP packet of a probe (RFC 3550 5.1): PCMU, 20 ms, its own SSRC per phone, the probe at the start of the
 * payload and silence after it.
 */
inline void encode_probe(const Probe& probe, uint8_t* packet) {
  constexpr uint8_t kVersion2 = 0x80;
  constexpr uint8_t kPcmu = 0;
  constexpr uint8_t kMarker = 0x80;
  constexpr uint32_t kSamples = 160;
  // An odd factor keeps the SSRCs apart and scatters them and the first sequence numbers.
  const uint32_t ssrc = (probe.session * 2 + probe.side + 1) * 2654435761U;
  const uint16_t sequence = htobe16(static_cast<uint16_t>(ssrc + probe.number));
  const uint32_t timestamp = htobe32(ssrc + probe.number * kSamples);
  const uint32_t wire_ssrc = htobe32(ssrc);
  packet[0] = kVersion2;
  packet[1] = probe.number == 0 ? kPcmu | kMarker : kPcmu;
  std::memcpy(packet + 2, &sequence, sizeof sequence);
  std::memcpy(packet + 4, &timestamp, sizeof timestamp);
  std::memcpy(packet + 8, &wire_ssrc, sizeof wire_ssrc);
  std::memcpy(packet + kRtpHeader, &probe, sizeof probe);
  std::memset(packet + kRtpHeader + sizeof probe, 0xff, kProbeSize - kRtpHeader - sizeof probe);
}

enum class Decoded { kProbe, kForeign, kCorrupted };

/** kForeign: not a packet of this run. kCorrupted: one that is not as it was sent. */
inline Decoded decode_probe(const uint8_t* packet, unsigned size, uint64_t run, Probe* out) {
  if (size < kRtpHeader + sizeof *out) return Decoded::kForeign;
  std::memcpy(out, packet + kRtpHeader, sizeof *out);
  if (out->magic != kProbeMagic || out->run != run) return Decoded::kForeign;
  uint8_t original[kProbeSize];
  encode_probe(*out, original);
  return size == kProbeSize && std::memcmp(packet, original, size) == 0 ? Decoded::kProbe : Decoded::kCorrupted;
}

}  // namespace load
