#include "sinks/record_wav.h"

#include <algorithm>
#include <cstring>

#include "base/network_order.h"
#include "rtp/packet.h"

namespace rtpp {
namespace {

constexpr int64_t kFrameUs = 1'000'000 / kWavRate;
/** How far time may go back without the clock having been set. */
constexpr int64_t kMostBack = 2 * kWavRate;

constexpr uint8_t kFirstDynamic = 96;
constexpr uint32_t kTelephoneEvent = 4;
constexpr uint32_t kStunCookie = 0x2112a442;

bool is_comfort_noise(uint8_t payload_type) { return payload_type == 13 || payload_type == 19; }

/** The second byte of an event has its end, a bit that is 0, and the volume (RFC 4733 2.3). */
bool is_telephone_event(const RtpView& rtp, const uint8_t* payload) {
  return rtp.pt >= kFirstDynamic && rtp.payload_len == kTelephoneEvent && (payload[1] & 0x40) == 0;
}

/** RTCP on the port of RTP (RFC 5761), STUN, and what is too short for anything but to keep a NAT open. */
bool is_not_media(const uint8_t* data, uint32_t len) {
  if (len <= 4) return true;
  const bool rtcp = data[0] >> 6 == 2 && data[1] >= 192 && data[1] <= 223;
  const bool stun = data[0] >> 6 == 0 && len >= 20 && read32(data + 4) == kStunCookie;
  return rtcp || stun;
}

void put_little32(uint8_t* out, int64_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<uint8_t>(value >> (8 * i));
}

}  // namespace

WavHeader wav_header(int64_t frames) {
  const int64_t bytes = frames * static_cast<int64_t>(kWavFrame);
  WavHeader header{};
  std::memcpy(header.data(), "RIFF    WAVEfmt ", 16);
  put_little32(&header[4], static_cast<int64_t>(header.size()) - 8 + bytes);
  put_little32(&header[16], 16);
  header[20] = 1;  // PCM
  header[22] = kWavChannels;
  put_little32(&header[24], kWavRate);
  put_little32(&header[28], kWavRate * static_cast<int64_t>(kWavFrame));
  header[32] = kWavFrame;
  header[34] = 16;
  std::memcpy(&header[36], "data", 4);
  put_little32(&header[40], bytes);
  return header;
}

WavVerdict classify_for_wav(const uint8_t* data, uint32_t len) {
  RtpView rtp;
  if (!parse_rtp(data, len, &rtp)) {
    return {is_not_media(data, len) ? WavPart::kLeftOut : WavPart::kOther, WavVerdict::kNotRtp};
  }
  const bool silent =
      rtp.payload_len == 0 || is_comfort_noise(rtp.pt) || is_telephone_event(rtp, data + rtp.header_len);
  if (silent) return {WavPart::kLeftOut, rtp.pt};
  return {wav_decodes(rtp.pt) ? WavPart::kSound : WavPart::kOther, rtp.pt};
}

bool WavRecording::add(uint8_t leg, const uint8_t* data, uint32_t len, int64_t wall_us) {
  RtpView rtp;
  if (!parse_rtp(data, len, &rtp)) return true;
  // Leg 1 faces the caller.
  const size_t channel = leg == 0 ? 1 : 0;
  const bool sound = wav_decodes(rtp.pt) && rtp.payload_len > 0;
  Channel& streams = channels_[channel];
  const auto known =
      std::find_if(streams.begin(), streams.end(), [&](const auto& stream) { return stream->ssrc() == rtp.ssrc; });
  // A packet without sound has its place in a stream, but no sound begins with it.
  if (!sound && known == streams.end()) return true;
  WavStream* stream = known == streams.end() ? new_stream(channel, rtp.ssrc) : known->get();
  return stream->push(rtp, {data + rtp.header_len, rtp.payload_len}, frame_of(wall_us), &window_);
}

bool WavRecording::settle() {
  bool fits = true;
  for (Channel& streams : channels_) {
    for (const std::unique_ptr<WavStream>& stream : streams) fits = stream->settle(&window_) && fits;
  }
  return fits;
}

bool WavRecording::waiting() const {
  return std::any_of(channels_.begin(), channels_.end(), [](const Channel& streams) {
    return std::any_of(streams.begin(), streams.end(), [](const auto& stream) { return stream->waiting(); });
  });
}

WavStream* WavRecording::new_stream(size_t channel, uint32_t ssrc) {
  Channel& streams = channels_[channel];
  if (streams.size() >= kStreams) {
    const auto oldest = std::min_element(streams.begin(), streams.end(),
                                         [](const auto& a, const auto& b) { return a->heard() < b->heard(); });
    (void)(*oldest)->settle(&window_);
    streams.erase(oldest);
  }
  return streams.emplace_back(std::make_unique<WavStream>(ssrc, channel)).get();
}

/** The frame of a moment. A moment that cannot be becomes the one that it may be at most, and others count from it. */
int64_t WavRecording::frame_of(int64_t wall_us) {
  if (!begun_) origin_us_ = wall_us;
  begun_ = true;
  const int64_t end = window_.end();
  const int64_t latest = end + kMostSilence;
  const int64_t earliest = end - kMostBack;
  int64_t passed = 0;
  int64_t frame = 0;
  if (__builtin_sub_overflow(wall_us, origin_us_, &passed) ||
      __builtin_add_overflow(origin_, passed / kFrameUs, &frame)) {
    frame = wall_us < origin_us_ ? INT64_MIN : INT64_MAX;
  }
  if (frame >= earliest && frame <= latest) return frame;
  origin_us_ = wall_us;
  origin_ = frame > latest ? latest : end;
  return origin_;
}

}  // namespace rtpp
