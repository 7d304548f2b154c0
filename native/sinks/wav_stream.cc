#include "sinks/wav_stream.h"

#include <algorithm>
#include <utility>

#include "codec/g711.h"

namespace rtpp {
namespace {

// Static payload types (RFC 3551).
constexpr uint8_t kPcmu = 0;
constexpr uint8_t kPcma = 8;
constexpr uint8_t kG722 = 9;
constexpr uint8_t kL16Stereo = 10;
constexpr uint8_t kL16Mono = 11;

/** Packets that wait for those before them, and how long. */
constexpr size_t kMostWaiting = 8;
constexpr int64_t kLongestWait = kWavRate / 10;
/** A packet that is so far from its number is not late or early: the numbers begin anew (RFC 3550 A.1). */
constexpr int kMisorder = 100;

/** Between sound that is nearer than this there is no pause: only rounding. */
constexpr int64_t kSeam = kWavRate / 1000;
constexpr int64_t kLate = kWavRate / 5;
constexpr int64_t kPatience = kWavRate;
// Together not more than the window has.
constexpr int64_t kLatest = kWavRate;
/** What is early by less than this stays so. */
constexpr int64_t kEarly = kWavRate / 25;
constexpr int64_t kEarliest = kWavRate;

}  // namespace

bool wav_decodes(uint8_t payload_type) {
  return payload_type == kPcmu || (payload_type >= kPcma && payload_type <= kL16Mono);
}

bool WavStream::push(const RtpView& rtp, std::span<const uint8_t> payload, int64_t arrived, WavWindow* window) {
  heard_ = arrived;
  if (!std::exchange(begun_, true)) next_seq_ = rtp.seq;
  const auto ahead = static_cast<int16_t>(rtp.seq - next_seq_);
  if (ahead <= -kMisorder || ahead >= kMisorder) {
    if (!settle(window)) return false;
    next_seq_ = rtp.seq;
  } else if (ahead > 0) {
    wait(rtp, payload, arrived);
  }
  bool fits = true;
  if (rtp.seq == next_seq_) {
    ++next_seq_;
    fits = play(rtp, payload, arrived, window);
  }
  while (fits && !waiting_.empty()) {
    const Packet& first = waiting_.front();
    const bool enough = waiting_.size() > kMostWaiting || arrived - first.arrived > kLongestWait;
    if (first.rtp.seq != next_seq_ && !enough) break;
    fits = play_next(window);
  }
  return fits;
}

bool WavStream::settle(WavWindow* window) {
  bool fits = true;
  while (fits && !waiting_.empty()) fits = play_next(window);
  return fits;
}

void WavStream::wait(const RtpView& rtp, std::span<const uint8_t> payload, int64_t arrived) {
  const auto ahead = [this](const Packet& packet) { return static_cast<int16_t>(packet.rtp.seq - next_seq_); };
  const auto place = std::find_if(waiting_.begin(), waiting_.end(), [&](const Packet& other) {
    return ahead(other) >= static_cast<int16_t>(rtp.seq - next_seq_);
  });
  if (place != waiting_.end() && place->rtp.seq == rtp.seq) return;
  waiting_.insert(place, Packet{rtp, arrived, std::vector<uint8_t>(payload.begin(), payload.end())});
}

bool WavStream::play_next(WavWindow* window) {
  const Packet packet = std::move(waiting_.front());
  waiting_.erase(waiting_.begin());
  next_seq_ = static_cast<uint16_t>(packet.rtp.seq + 1);
  return play(packet.rtp, packet.payload, packet.arrived, window);
}

bool WavStream::play(const RtpView& rtp, std::span<const uint8_t> payload, int64_t arrived, WavWindow* window) {
  if (payload.empty() || !wav_decodes(rtp.pt)) return true;
  std::span<const int16_t> sound = decode(rtp.pt, payload);
  int64_t at = place(rtp, arrived);
  if (at < end_) {
    sound = sound.subspan(std::min(sound.size(), static_cast<size_t>(end_ - at)));
    at = end_;
  }
  if (sound.empty()) return true;
  end_ = at + static_cast<int64_t>(sound.size());
  return window->mix(channel_, at, sound);
}

std::span<const int16_t> WavStream::decode(uint8_t payload_type, std::span<const uint8_t> payload) {
  const bool l16 = payload_type == kL16Stereo || payload_type == kL16Mono;
  const size_t channels = payload_type == kL16Stereo ? 2 : 1;
  const size_t most = l16 ? L16Decoder::most_samples(payload.size(), channels) : payload.size();
  if (sound_.size() < most) sound_.resize(most);
  if (l16) {
    if (l16_ == nullptr) l16_ = std::make_unique<L16Decoder>();
    return std::span<const int16_t>(sound_).first(l16_->decode(payload, channels, sound_));
  }
  if (payload_type == kG722) {
    g722_.decode(payload, sound_);
  } else {
    decode_g711(payload_type == kPcmu ? G711Law::kUlaw : G711Law::kAlaw, payload, sound_);
  }
  return std::span<const int16_t>(sound_).first(most);
}

/** Where the packet's sound begins. What of it lies before `end_` is left out. */
int64_t WavStream::place(const RtpView& rtp, int64_t arrived) {
  // That of G.722 is 8000 Hz too (RFC 3551 4.5.2).
  const int64_t rate = clock_rate(rtp.pt);
  const bool first = rate_ != rate;
  rate_ = rate;
  if (first) return anchor(std::max(arrived, end_), rtp.ts);

  const int64_t ticks = static_cast<int32_t>(rtp.ts - anchor_ts_);
  int64_t due = anchor_ + ticks * kWavRate / rate;
  // Behind the packet before it whatever its time stamp says, which may stand still.
  if (due < end_ + kSeam) due = end_;

  if (due > arrived + kEarliest) {
    late_since_ = INT64_MIN;
    // It is the stream that is early, or its time stamps have jumped.
    return anchor(end_ > arrived + kEarliest ? arrived : std::max(arrived, end_), rtp.ts);
  }
  if (due >= arrived - kLate) {
    late_since_ = INT64_MIN;
  } else if (late_since_ == INT64_MIN) {
    late_since_ = arrived;
  }
  const bool late_for_long = late_since_ != INT64_MIN && arrived - late_since_ > kPatience;
  if (late_for_long || due < arrived - kLatest) {
    late_since_ = INT64_MIN;
    return anchor(arrived, rtp.ts);
  }
  const bool pause = due > end_;
  if (pause && due > arrived + kEarly) due = std::max(arrived, end_);
  return anchor(due, rtp.ts);
}

int64_t WavStream::anchor(int64_t at, uint32_t ts) {
  anchor_ = at;
  anchor_ts_ = ts;
  return at;
}

}  // namespace rtpp
