// The parser of RTCP reports and what measures them. The input is an SSRC and a datagram.
#include <cstring>
#include <memory>

#include "fuzz.h"
#include "rtp/rtcp.h"
#include "rtp/rtcp_meter.h"

using namespace rtpp;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 65535) return 0;
  fuzz::Input in(data, size);
  const uint32_t about = in.u32();
  size_t length = in.left();
  const uint8_t* bytes = in.bytes(&length);
  // In memory of its own, so that what is read behind it is seen.
  const auto copy = std::make_unique<uint8_t[]>(length);
  if (length > 0) std::memcpy(copy.get(), bytes, length);
  const RtcpView view = parse_rtcp(copy.get(), length, about);
  // Each takes the header of its packet at least.
  MUST(!view.sent || length >= 28);
  MUST(!view.report || length >= 32);

  RtcpMeter sender;
  RtcpMeter party;
  if (view.sent) sender.passed(*view.sent, 1);
  if (!view.report) return 0;
  party.reported(*view.report, sender, 1'000'000'000);
  MUST(party.loss() >= 0 && party.loss() < 1);
  MUST(party.jitter() >= 0);
  MUST(party.round_trip() == -1 || (party.round_trip() >= 0 && party.round_trip() <= 60));
  return 0;
}
