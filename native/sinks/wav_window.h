#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace rtpp {

/** Channels of a recording as sound: the caller on the left, the callee on the right. */
inline constexpr size_t kWavChannels = 2;
inline constexpr int64_t kWavRate = 8000;
/** Bytes of a frame: a 16-bit sample of each channel. */
inline constexpr size_t kWavFrame = 2 * kWavChannels;

/** Takes frames as they are in the file. */
class WavOutput {
 public:
  virtual ~WavOutput() = default;
  /** Frames from `at` on, in two pieces, the second of which may be empty. What was there before is replaced. */
  virtual void put(int64_t at, std::span<const int16_t> first, std::span<const int16_t> second) = 0;
};

/**
 * The end of a recording: the last two seconds, in which a place can still get sound, of either channel and in any
 * order. What lies before is in the file for good. Where nothing was ever mixed is silence, which is not written: a
 * hole.
 */
class WavWindow {
 public:
  static constexpr int64_t kFrames = 16384;

  /** Frames from `most` on are refused. */
  WavWindow(WavOutput* output, int64_t most) : output_(output), most_(most) {}

  /** Adds sound to a channel; what lies before the window is left out. False: the file has all that it may have. */
  bool mix(size_t channel, int64_t at, std::span<const int16_t> sound);
  /** Puts out what has changed. */
  void flush();

  /** The frame behind the last one that has sound. */
  int64_t end() const { return end_; }

 private:
  void make_room(int64_t end);
  size_t place(int64_t frame) const { return static_cast<size_t>(frame % kFrames) * kWavChannels; }

  WavOutput* const output_;
  const int64_t most_;
  /** The window, a ring; empty until there is sound. As it is in the file, in the byte order of WAV. */
  std::vector<int16_t> samples_;
  /** Its first frame. */
  int64_t begin_ = 0;
  int64_t end_ = 0;
  /** What has changed since the last `flush`. */
  int64_t changed_from_ = INT64_MAX;
  int64_t changed_to_ = 0;
};

}  // namespace rtpp
