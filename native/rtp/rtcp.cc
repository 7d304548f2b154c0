#include "rtp/rtcp.h"

#include <span>

#include "base/network_order.h"

namespace rtpp {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr uint8_t kSenderReport = 200;
constexpr uint8_t kReceiverReport = 201;
constexpr size_t kHeader = 4;
/** Header and SSRC of the sender; then NTP time, RTP time, and what it has sent. */
constexpr size_t kReceiverPart = 8;
constexpr size_t kSenderPart = 28;
constexpr size_t kNtpMiddle = 10;
constexpr size_t kBlock = 24;

/** The first packet of a compound one; empty: what follows is none. */
Bytes first_packet(Bytes bytes) {
  if (bytes.size() < kHeader || bytes[0] >> 6 != 2) return {};
  const size_t length = kHeader + 4 * size_t{read16(bytes.data() + 2)};
  return length <= bytes.size() ? bytes.first(length) : Bytes{};
}

//  |                             SSRC                              |
//  | fraction lost |       cumulative number of packets lost       |
//  |           extended highest sequence number received           |
//  |                      interarrival jitter                      |
//  |                         last SR (LSR)                         |
//  |                   delay since last SR (DLSR)                  |
RtcpReport read_block(Bytes block) {
  return {.fraction_lost = block[4],
          .jitter = read32(block.data() + 12),
          .last_sr = read32(block.data() + 16),
          .delay = read32(block.data() + 20)};
}

}  // namespace

RtcpView parse_rtcp(const uint8_t* data, size_t size, uint32_t about) {
  RtcpView view;
  Bytes rest(data, size);
  for (Bytes packet = first_packet(rest); !packet.empty(); packet = first_packet(rest)) {
    rest = rest.subspan(packet.size());
    const bool sender = packet[1] == kSenderReport;
    if (!sender && packet[1] != kReceiverReport) continue;
    const size_t head = sender ? kSenderPart : kReceiverPart;
    const size_t blocks = packet[0] & 0x1f;
    if (packet.size() < head + blocks * kBlock) break;
    if (sender) view.sent = read32(packet.data() + kNtpMiddle);
    for (size_t i = 0; i < blocks; ++i) {
      const Bytes block = packet.subspan(head + i * kBlock, kBlock);
      if (read32(block.data()) == about) view.report = read_block(block);
    }
  }
  return view;
}

}  // namespace rtpp
