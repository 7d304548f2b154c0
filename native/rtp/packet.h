#pragma once

#include <cstddef>
#include <cstdint>

namespace rtpp {

/** Fields of one valid RTP packet; the payload starts at `header_len`, and padding stands behind it. */
struct RtpView {
  uint8_t pt;
  bool marker;
  uint16_t seq;
  uint32_t ts;
  uint32_t ssrc;
  /** Fixed header, CSRC list and extension, in bytes. */
  uint32_t header_len;
  /** Without padding, in bytes; may be 0. */
  uint32_t payload_len;
};

/** Reads an RTP packet; false when it is RTCP or not valid (media.md 5.1), and `out` is then unspecified. */
[[nodiscard]] bool parse_rtp(const uint8_t* data, size_t size, RtpView* out);

/** Payload type of a valid packet. */
inline uint8_t payload_type(const uint8_t* data) { return data[1] & 0x7f; }

/** RTP clock rate in Hz of a static payload type; 0 when it has none (media.md 5.1). */
int clock_rate(uint8_t pt);

}  // namespace rtpp
