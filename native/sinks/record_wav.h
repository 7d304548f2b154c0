#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sinks/record.h"
#include "sinks/wav_stream.h"
#include "sinks/wav_window.h"

namespace rtpp {

using WavHeader = std::array<uint8_t, 44>;

/** The most frames of a file: its length has 32 bits. 37 hours. */
inline constexpr int64_t kWavMostFrames = (int64_t{UINT32_MAX} - 36) / int64_t{kWavFrame};

/** What a file of so many frames begins with: RIFF, a `fmt ` chunk of 16-bit PCM, the head of the `data` chunk. */
WavHeader wav_header(int64_t frames);

/** What becomes of a packet in a recording as sound. */
enum class WavPart : uint8_t {
  kSound,
  /** Heard as silence: telephone events, comfort noise, keep-alives, RTCP. */
  kLeftOut,
  /** Something that cannot be decoded. */
  kOther,
};

/** `kNotRtp`, or the payload type of a packet. */
struct WavVerdict {
  static constexpr uint8_t kNotRtp = 0xff;
  WavPart part;
  uint8_t payload_type;
};

/**
 * What a datagram on an RTP port is to a recording. Which dynamic payload type is telephone-event only signalling
 * knows: of four bytes it is one (RFC 4733 2.3), as no sound is that short.
 */
WavVerdict classify_for_wav(const uint8_t* data, uint32_t len);

/**
 * A call as sound. The file begins with the first packet that is heard; each channel is what a leg receives, at the
 * time when it came (`WavStream`), up to four SSRCs of it mixed.
 *
 * Silence of both channels is at most ten minutes long, and time does not go back by more than two seconds: beyond
 * that, as when a clock is set, the file goes on ten minutes, or at once, behind its last sound.
 */
class WavRecording {
 public:
  /** The longest silence of both channels, in frames. */
  static constexpr int64_t kMostSilence = 600 * kWavRate;
  /** SSRCs of a channel; the one that was silent longest gives way. */
  static constexpr size_t kStreams = 4;

  explicit WavRecording(WavOutput* output, int64_t most_frames = kWavMostFrames) : window_(output, most_frames) {}

  /** A packet that leg `leg` received, of any kind. False: the file has all that it may have. */
  [[nodiscard]] bool add(uint8_t leg, const uint8_t* data, uint32_t len, int64_t wall_us);
  /** Puts out what there is. */
  void flush() { window_.flush(); }
  /** Waits no longer for packets that are missing. */
  [[nodiscard]] bool settle();
  /** True while packets wait for those before them. */
  bool waiting() const;
  /** Length so far, packets that wait not counted. */
  int64_t frames() const { return window_.end(); }

 private:
  using Channel = std::vector<std::unique_ptr<WavStream>>;

  int64_t frame_of(int64_t wall_us);
  WavStream* new_stream(size_t channel, uint32_t ssrc);

  WavWindow window_;
  std::array<Channel, kWavChannels> channels_;
  /** Time of the frame `origin_`. */
  int64_t origin_us_ = 0;
  int64_t origin_ = 0;
  bool begun_ = false;
};

}  // namespace rtpp
