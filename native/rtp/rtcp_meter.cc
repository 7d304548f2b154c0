#include "rtp/rtcp_meter.h"

#include <algorithm>

namespace rtpp {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
/** The party's clock may run a little faster than ours: 10 ms. What is less than nothing by more is no answer. */
constexpr int64_t kMaxDrift = 655;
/** What has been under way for longer is no answer either: a minute. */
constexpr int64_t kMaxTrip = 60 << 16;

uint32_t units(int64_t ns) {
  return static_cast<uint32_t>(ns / kSecond << 16) + static_cast<uint32_t>((ns % kSecond << 16) / kSecond);
}

}  // namespace

void RtcpMeter::passed(uint32_t ntp, int64_t now_ns) {
  passes_[1] = passes_[0];
  passes_[0] = {ntp, units(now_ns)};
}

void RtcpMeter::reported(const RtcpReport& report, const RtcpMeter& sender, int64_t now_ns) {
  ++reports_;
  lost_ += report.fraction_lost;
  jitter_ = report.jitter;
  if (report.last_sr == 0) return;
  const auto* pass = std::ranges::find(sender.passes_, report.last_sr, &Pass::ntp);
  if (pass == sender.passes_.end()) return;
  const int64_t trip = int64_t{units(now_ns) - pass->at} - report.delay;
  if (trip >= -kMaxDrift && trip <= kMaxTrip) round_trip_ = static_cast<int32_t>(std::max(trip, int64_t{0}));
}

}  // namespace rtpp
