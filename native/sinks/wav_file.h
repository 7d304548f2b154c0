#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sinks/record.h"
#include "sinks/record_wav.h"

namespace rtpp {

/** Stands in front of a packet on its way to a recording as sound. */
struct WavRecord {
  Endpoint source;
  Endpoint dest;
  int64_t wall_us;
  uint8_t leg;

  static WavRecord of(const RecordedPacket& packet) { return {packet.source, packet.dest, packet.wall_us, packet.leg}; }
  RecordedPacket with(const uint8_t* data, uint32_t len) const { return {data, len, source, dest, wall_us, leg}; }
};

/** What became of packets since the last look. */
struct WavOutcome {
  uint64_t written = 0;
  uint64_t unwritten = 0;
  /** Errno of what went wrong. */
  int error = 0;
};

/**
 * The file of a recording as sound, on the disk thread. Its header is written again whenever sound has been, behind it:
 * at any moment the file is a whole one. Where sound could not be written is silence.
 */
class WavFile : public WavOutput {
 public:
  explicit WavFile(int fd, int64_t most_frames = kWavMostFrames) : fd_(fd), sound_(this, most_frames) {}

  /** Adds a packet that is sound, or one that is left out, which only has its place in the order. */
  void add(const RecordedPacket& packet, WavPart part);
  /** Writes what has been added. */
  void write();
  /** The same with packets that wait for others. */
  void settle();
  bool waiting() const { return sound_.waiting(); }
  /** What has happened since it was asked last. */
  WavOutcome outcome();

  void put(int64_t at, std::span<const int16_t> first, std::span<const int16_t> second) override;

 private:
  void fail(int error);
  void count(bool written);
  void write_header();

  const int fd_;
  WavRecording sound_;
  /** Frames that are in the file, and those that its header tells. */
  int64_t length_ = 0;
  int64_t told_ = 0;
  /** Packets whose sound has not been put out. */
  uint64_t pending_ = 0;
  bool full_ = false;
  /** Another try is of no use. */
  bool broken_ = false;
  WavOutcome outcome_;
};

}  // namespace rtpp
