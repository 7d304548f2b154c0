#pragma once

#include <cstdint>

#include "rtp/jitter.h"
#include "rtp/late.h"
#include "rtp/packet.h"
#include "rtp/payload_types.h"
#include "rtp/seq_window.h"

namespace rtpp {

/** What became of a packet in the sequence statistics. */
enum class Verdict : uint8_t {
  kCounted,
  kDuplicate,
  /** Older than the start of the run, after a wrap: not counted. */
  kMisplaced,
  /** Counted, as the first one of another SSRC. */
  kSsrcChanged,
};

struct AnalyzerStats {
  /** Packets that must have been sent, judging by the sequence numbers. */
  uint64_t sent = 0;
  /** Without duplicates. */
  uint64_t received = 0;
  uint64_t duplicates = 0;
  /** In the payload of all packets, duplicates included, without padding. */
  uint64_t payload_bytes = 0;
  uint64_t lost = 0;
  /** Runs of lost packets: of numbers that are missing between others. A packet that comes late fills its place. */
  uint32_t loss_events = 0;
  /** Came behind a later one, and count as received. */
  uint32_t reordered = 0;
  /** LateMeter. */
  uint32_t late = 0;
  double behind = -1;
  double most_behind = -1;
  /** PayloadTypes. */
  int payload_type = -1;
  int last_payload = -1;
  uint32_t other_payload = 0;
  uint64_t parse_errors = 0;
  /** Verdict::kMisplaced. */
  uint64_t misplaced = 0;
  /** The latest one; meaningless while `ssrc_changes` is 0. */
  uint32_t ssrc = 0;
  /** SSRCs in a row, the first one included; 0 = no RTP packet yet. */
  uint32_t ssrc_changes = 0;
  /** The highest sequence number of the latest run; meaningless while `ssrc_changes` is 0. */
  uint16_t highest_seq = 0;
  /** Jumps of the sequence number too far to be loss. */
  uint32_t desyncs = 0;
  /** Steps back of the sequence number announced by the marker bit. */
  uint32_t seq_resets = 0;
  JitterStats jitter;
};

/** Loss, duplicates and jitter of the RTP packets of one stream (media.md 5.2, 5.3). Fixed size. */
class Analyzer {
 public:
  explicit Analyzer(JitterMeter::Others* others) : jitter_(others) {}

  /** `arrival_s`: monotonic seconds. */
  Verdict on_packet(const RtpView& rtp, double arrival_s);
  /** A packet on the RTP port that is no valid RTP. */
  void on_parse_error() { ++parse_errors_; }

  /** SSRC of the latest packet; 0 before the first. */
  uint32_t ssrc() const { return ssrc_; }
  /** Runs of sequence numbers so far: each begins with another SSRC, a reset or a jump. */
  uint32_t runs() const { return ssrc_changes_ + seq_resets_ + desyncs_; }
  /** Of the latest run: its least and highest number, with what `offset` adds to them for wraps. */
  int64_t least() const { return min_; }
  int64_t highest() const { return seen_.newest(); }
  int64_t offset() const { return offset_; }
  AnalyzerStats stats() const;

 private:
  Verdict judge(const RtpView& rtp, double arrival_s);
  Verdict place(uint16_t seq);
  /** `s` was counted, and is the newest number now. */
  void passed_over(int64_t s, int64_t newest_before);
  /** `s` was counted, behind the newest number; the run began at `min_before`. */
  void filled_in(int64_t s, int64_t min_before);
  void start_run(int64_t s);
  void restart_run(int64_t s);

  /** Of the current run; its newest() is the highest number of the run. */
  SeqWindow seen_;
  JitterMeter jitter_;
  // Extended sequence numbers are 64 bits wide and signed: they neither wrap nor fall below the least value. In the C
  // daemon, with 32 unsigned bits, a packet from before the first wrap counts as 2^32 lost ones (media.md 9).
  int64_t min_ = 0;
  /** What the wraps so far add to a sequence number. */
  int64_t offset_ = 0;
  /** Of the runs before this one. */
  uint64_t sent_ = 0;
  uint64_t received_ = 0;
  uint64_t duplicates_ = 0;
  uint64_t parse_errors_ = 0;
  uint64_t misplaced_ = 0;
  uint64_t payload_bytes_ = 0;
  uint32_t ssrc_ = 0;
  uint32_t ssrc_changes_ = 0;
  uint32_t desyncs_ = 0;
  uint32_t seq_resets_ = 0;
  uint32_t loss_events_ = 0;
  uint32_t reordered_ = 0;
  PayloadTypes types_;
  LateMeter late_;
};

}  // namespace rtpp
