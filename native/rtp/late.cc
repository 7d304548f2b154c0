#include "rtp/late.h"

#include <algorithm>
#include <cstdlib>

namespace rtpp {
namespace {

constexpr uint32_t kBufferMs = 60;
constexpr uint32_t kWindowS = 5;
constexpr uint32_t kPauseS = 2;
constexpr uint32_t kJumpS = 2;
constexpr uint32_t kPersistS = 1;

/** How far `later` is behind `earlier`, which may be negative. */
int32_t after(uint32_t later, uint32_t earlier) { return static_cast<int32_t>(later - earlier); }

}  // namespace

void LateMeter::on_packet(const RtpView& rtp, double arrival_s, bool restarted) {
  const auto rate = static_cast<uint32_t>(clock_rate(rtp.pt));
  if (rate == 0) return;
  const auto now = static_cast<uint32_t>(static_cast<int64_t>(arrival_s * rate));
  const uint32_t transit = now - rtp.ts;
  const int64_t behind = after(transit, least_);
  const bool paused = now - last_ >= kPauseS * rate;
  last_ = now;
  if (restarted || rate != rate_ || paused || std::abs(behind) >= int64_t{kJumpS} * rate)
    return begin(rate, now, transit);
  if (now - window_ >= kWindowS * rate) roll(now, transit);
  if (after(transit, recent_) < 0) recent_ = transit;
  if (behind < 0) least_ = transit;
  const bool late = behind * 1000 > int64_t{kBufferMs} * rate;
  if (late) {
    if (!late_) late_since_ = now;
    if (rtp.marker || now - late_since_ >= kPersistS * rate) return begin(rate, now, transit);
    ++count_;
  }
  late_ = late;
  behind_ = static_cast<uint32_t>(std::max<int64_t>(behind, 0));
  most_ = std::max(most_, behind_);
}

void LateMeter::begin(uint32_t rate, uint32_t now, uint32_t transit) {
  if (rate_ != rate && rate_ != 0) most_ = static_cast<uint32_t>(uint64_t{most_} * rate / rate_);
  rate_ = rate;
  behind_ = 0;
  least_ = recent_ = transit;
  window_ = now;
  late_ = false;
}

void LateMeter::roll(uint32_t now, uint32_t transit) {
  least_ = recent_;
  recent_ = transit;
  window_ = now;
}

}  // namespace rtpp
