#include "rtp/packet.h"

#include "base/network_order.h"

namespace rtpp {
namespace {

constexpr size_t kFixedHeader = 12;
constexpr size_t kExtensionHeader = 4;

}  // namespace

//  0                   1                   2                   3
//  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
// |V=2|P|X|  CC   |M|     PT      |       sequence number         |
// |                           timestamp                           |
// |           synchronization source (SSRC) identifier            |
// |            contributing source (CSRC) identifiers             |
// |      defined by profile       |  length of extension, words   |
// RFC 3550 5.1, 5.3.1
bool parse_rtp(const uint8_t* data, size_t size, RtpView* out) {
  if (size < 2 || data[0] >> 6 != 2) return false;
  const bool rtcp = data[1] >= 200 && data[1] <= 213;
  if (rtcp || size < kFixedHeader) return false;

  size_t header = kFixedHeader + size_t{4} * (data[0] & 0x0f);
  const bool extension = (data[0] & 0x10) != 0;
  if (extension) {
    if (size < header + kExtensionHeader) return false;
    header += kExtensionHeader + size_t{4} * read16(data + header + 2);
  }
  if (size < header) return false;

  size_t payload = size - header;
  const bool padded = (data[0] & 0x20) != 0;
  if (padded) {
    if (payload == 0) return false;
    const size_t padding = data[size - 1];
    if (padding == 0 || padding > payload) return false;
    payload -= padding;
  }

  out->pt = payload_type(data);
  out->marker = (data[1] & 0x80) != 0;
  out->seq = read16(data + 2);
  out->ts = read32(data + 4);
  out->ssrc = read32(data + 8);
  out->header_len = static_cast<uint32_t>(header);
  out->payload_len = static_cast<uint32_t>(payload);
  return true;
}

int clock_rate(uint8_t pt) {
  // RFC 3551 table 4, as far as the C daemon knows it.
  static constexpr int kRates[19] = {8000,  0,     0,    8000, 8000,  8000, 16000, 8000,  8000, 8000,
                                     44100, 44100, 8000, 8000, 90000, 8000, 11025, 22050, 8000};
  return pt < sizeof kRates / sizeof kRates[0] ? kRates[pt] : 0;
}

}  // namespace rtpp
