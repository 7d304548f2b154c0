#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace rtpp {

/** What a receiver reports of one source (RFC 3550 6.4.1). */
struct RtcpReport {
  /** Of the packets since its last report, in 1/256. */
  uint8_t fraction_lost = 0;
  /** RTP timestamp units. */
  uint32_t jitter = 0;
  /** The middle of the NTP time in the last sender report that it got, 0 = none; and how long ago, in 1/65536 s. */
  uint32_t last_sr = 0;
  uint32_t delay = 0;
};

/** What matters here of a compound RTCP packet. */
struct RtcpView {
  /** Of a sender report: the middle 32 bits of its NTP time. */
  std::optional<uint32_t> sent;
  /** About the source that was asked for. */
  std::optional<RtcpReport> report;
};

/** Reads sender and receiver reports, as far as the packet is valid; `about` is the SSRC of a source. */
RtcpView parse_rtcp(const uint8_t* data, size_t size, uint32_t about);

}  // namespace rtpp
