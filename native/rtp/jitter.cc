#include "rtp/jitter.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace rtpp {
namespace {

constexpr int64_t kTsRange = int64_t{1} << 32;
/** A timestamp that steps back by more than this many times the time passed was reset. */
constexpr int64_t kMaxStepBack = 50;
/** A timestamp that runs ahead by more than this many times the time passed has jumped. */
constexpr int64_t kMaxStepAhead = 1024;
constexpr double kGain = 1.0 / 16;

}  // namespace

bool JitterMeter::Source::repeats(uint32_t timestamp) const {
  const auto end = recent.begin() + recent_count;
  return std::find(recent.begin(), end, timestamp) != end;
}

void JitterMeter::Source::remember(uint32_t timestamp, int64_t ticks) {
  arrival = ticks;
  ts = timestamp;
  recent[recent_next] = timestamp;
  recent_next = static_cast<uint8_t>((recent_next + 1) % kRecent);
  recent_count = static_cast<uint8_t>(std::min<uint32_t>(recent_count + 1u, kRecent));
}

void JitterMeter::Source::count(uint32_t timestamp, int64_t ticks) {
  const int64_t passed = std::abs(ticks - arrival);
  const int64_t before = ts;
  int64_t now = timestamp;
  if (before > now) {
    if (before - now > kTsRange / 2) {
      now += kTsRange;
    } else if (passed != 0 && before - now > kMaxStepBack * passed) {
      return;
    }
  } else if (passed != 0 && now - before > kMaxStepAhead * passed) {
    return;
  }
  const double difference = static_cast<double>(std::abs((ticks - now) - (arrival - before)));
  last += (difference - last) * kGain;
  max = std::max(max, last);
  sum += last;
  ++packets;
}

void JitterMeter::on_packet(const RtpView& rtp, double arrival_s, bool restarted) {
  const int rate = clock_rate(rtp.pt);
  if (rate == 0) return;
  const int64_t ticks = static_cast<int64_t>(std::floor(arrival_s * rate));
  Source* source = find(rtp.ssrc);
  if (source == nullptr) {
    source = add(rtp.ssrc);
    source->packets = 1;
  } else if (source->repeats(rtp.ts)) {
    // A frame in several packets, or a copy: only what follows the very first packet may serve as the new base.
    if (source->packets == 1) {
      source->arrival = ticks;
      source->ts = rtp.ts;
    }
    return;
  } else if (!restarted) {
    source->count(rtp.ts, ticks);
  }
  source->remember(rtp.ts, ticks);
}

JitterMeter::Source* JitterMeter::find(uint32_t ssrc) {
  for (uint8_t i = 0; i < used_; ++i) {
    const uint8_t place = static_cast<uint8_t>((current_ + i) % used_);
    Source& source = at(place);
    if (source.ssrc != ssrc) continue;
    current_ = place;
    return &source;
  }
  return nullptr;
}

JitterMeter::Source* JitterMeter::add(uint32_t ssrc) {
  Source& source = at(next_);
  if (used_ < kSources) {
    ++used_;
  } else if (source.packets >= 2) {
    gone_max_ = std::max(gone_max_, source.max);
    gone_sum_ += source.sum;
    gone_packets_ += source.packets;
    gone_values_ += source.packets - 1;
  }
  current_ = next_;
  next_ = static_cast<uint8_t>((next_ + 1) % kSources);
  source = Source{};
  source.ssrc = ssrc;
  return &source;
}

JitterStats JitterMeter::stats() const {
  JitterStats stats;
  stats.max = gone_max_;
  stats.packets = gone_packets_;
  stats.values = gone_values_;
  double sum = gone_sum_;
  for (uint32_t i = 0; i < used_; ++i) {
    const Source& source = youngest(i);
    if (source.packets < 2) continue;
    if (stats.ssrcs++ == 0) stats.last = source.last;
    stats.max = std::max(stats.max, source.max);
    stats.packets += source.packets;
    stats.values += source.packets - 1;
    sum += source.sum;
  }
  if (stats.values > 0) stats.average = sum / static_cast<double>(stats.values);
  return stats;
}

}  // namespace rtpp
