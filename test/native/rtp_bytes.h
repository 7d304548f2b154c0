#pragma once

#include <cstdint>
#include <vector>

namespace rtpp::test {

using Bytes = std::vector<uint8_t>;

/** An RTP packet of payload type 0. */
inline Bytes rtp_bytes(uint16_t seq, uint32_t ssrc = 0x1234, size_t payload = 20) {
  Bytes bytes = {0x80, 0};
  for (const int shift : {8, 0}) bytes.push_back(static_cast<uint8_t>(seq >> shift));
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>((uint32_t{seq} * 160) >> shift));
  for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(ssrc >> shift));
  bytes.resize(bytes.size() + payload, 0xd5);
  return bytes;
}

}  // namespace rtpp::test
