#pragma once

#include <cstdint>
#include <vector>

#include "rtp_bytes.h"

namespace rtpp::test {

/** A report block. */
struct RtcpBlock {
  uint32_t about;
  uint8_t fraction_lost;
  uint32_t jitter;
  uint32_t last_sr;
  uint32_t delay;
};

/** A sender report (200) with the middle of its NTP time, or a receiver report (201). */
inline Bytes rtcp_bytes(uint8_t type, uint32_t ntp, const std::vector<RtcpBlock>& blocks) {
  Bytes bytes = {static_cast<uint8_t>(0x80 | blocks.size()), type, 0, 0};
  const auto put = [&bytes](uint32_t word) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(word >> shift));
  };
  put(0x5678);
  if (type == 200) {
    put(ntp >> 16);
    put(ntp << 16);
    for (int i = 0; i < 3; ++i) put(0);
  }
  for (const RtcpBlock& block : blocks) {
    put(block.about);
    put(uint32_t{block.fraction_lost} << 24);
    put(0);
    put(block.jitter);
    put(block.last_sr);
    put(block.delay);
  }
  bytes[3] = static_cast<uint8_t>(bytes.size() / 4 - 1);
  return bytes;
}

}  // namespace rtpp::test
