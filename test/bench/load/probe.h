#pragma once

#include <endian.h>

#include <algorithm>
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
  /** It is the so many-th packet of a digit; 0: audio. */
  uint32_t event;
  /** 0 to 15 (RFC 4733 3.2). */
  uint32_t digit;
};

inline constexpr uint32_t kProbeMagic = 0x6c6f6164;
/** Packets of a digit: of them the last three are end packets (RFC 4733 2.5.1.4). */
inline constexpr uint32_t kEventPackets = 8;
inline constexpr uint32_t kEndPackets = 3;
inline constexpr uint8_t kEventType = 101;
inline constexpr unsigned kEventSize = 4;

/** An odd factor keeps the SSRCs of the phones apart and scatters them and the first sequence numbers. */
inline uint32_t ssrc_of(uint32_t session, uint32_t side) { return (session * 2 + side + 1) * 2654435761U; }

/** Where a packet of this payload type has its probe. */
inline unsigned probe_place(uint8_t type) { return kRtpHeader + (type == kEventType ? kEventSize : 0); }

/**
 * Writes the RTP packet of a probe (RFC 3550 5.1): PCMU, 20 ms, its own SSRC per phone, the probe at the start of the
 * payload and silence after it; or a packet of a digit, with the event in front of the probe.
 */
inline void encode_probe(const Probe& probe, uint8_t* packet) {
  constexpr uint8_t kVersion2 = 0x80;
  constexpr uint8_t kPcmu = 0;
  constexpr uint8_t kMarker = 0x80;
  constexpr uint32_t kSamples = 160;
  constexpr uint8_t kEnd = 0x80;
  constexpr uint8_t kVolume = 10;
  const uint32_t ssrc = ssrc_of(probe.session, probe.side);
  const bool audio = probe.event == 0;
  const uint32_t begin = audio ? probe.number : probe.number + 1 - probe.event;
  const uint8_t type = audio ? kPcmu : kEventType;
  const uint16_t sequence = htobe16(static_cast<uint16_t>(ssrc + probe.number));
  const uint32_t timestamp = htobe32(ssrc + begin * kSamples);
  const uint32_t wire_ssrc = htobe32(ssrc);
  packet[0] = kVersion2;
  packet[1] = probe.number == 0 || probe.event == 1 ? type | kMarker : type;
  std::memcpy(packet + 2, &sequence, sizeof sequence);
  std::memcpy(packet + 4, &timestamp, sizeof timestamp);
  std::memcpy(packet + 8, &wire_ssrc, sizeof wire_ssrc);
  if (!audio) {
    constexpr uint32_t kLast = kEventPackets - kEndPackets;
    const uint16_t duration = htobe16(static_cast<uint16_t>(std::min(probe.event, kLast) * kSamples));
    packet[kRtpHeader] = static_cast<uint8_t>(probe.digit);
    packet[kRtpHeader + 1] = probe.event > kLast ? kEnd | kVolume : kVolume;
    std::memcpy(packet + kRtpHeader + 2, &duration, sizeof duration);
  }
  const unsigned place = probe_place(type);
  std::memcpy(packet + place, &probe, sizeof probe);
  std::memset(packet + place + sizeof probe, 0xff, kProbeSize - place - sizeof probe);
}

enum class Decoded { kProbe, kForeign, kCorrupted };

/** kForeign: not a packet of this run. kCorrupted: one that is not as it was sent. */
inline Decoded decode_probe(const uint8_t* packet, unsigned size, uint64_t run, Probe* out) {
  if (size < kRtpHeader + kEventSize + sizeof *out) return Decoded::kForeign;
  std::memcpy(out, packet + probe_place(packet[1] & 0x7f), sizeof *out);
  if (out->magic != kProbeMagic || out->run != run) return Decoded::kForeign;
  uint8_t original[kProbeSize];
  encode_probe(*out, original);
  return size == kProbeSize && std::memcmp(packet, original, size) == 0 ? Decoded::kProbe : Decoded::kCorrupted;
}

}  // namespace load
