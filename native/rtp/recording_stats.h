#pragma once

#include <cstdint>

#include "base/names.h"
#include "rtp/analyzer.h"

namespace rtpp {

// Of the latest run of sequence numbers: its packets, the least and the highest number with its wraps, what these add.
// Then of the recording. Jitter is in RTP timestamp units, over so many SSRCs with two or more packets.
#define RTPP_RECORDING_FIGURES(X) \
  X(packets)                      \
  X(least)                        \
  X(highest)                      \
  X(offset)                       \
  X(ssrc)                         \
  X(duplicates)                   \
  X(ssrc_changes)                 \
  X(sent)                         \
  X(received)                     \
  X(jitter_ssrcs)                 \
  X(jitter_last)                  \
  X(jitter_average)               \
  X(jitter_max)

struct RecordingFigures {
  RTPP_RECORDING_FIGURES(RTPP_FIGURE)
};

/** The daemon's analysis of a stream, for the packets of a recording. */
class RecordingStats {
 public:
  RecordingStats() : analyzer_(&others_) {}

  Verdict on_packet(const RtpView& rtp, double arrival_s);
  RecordingFigures figures() const;

 private:
  JitterMeter::Others others_{};
  Analyzer analyzer_;
  /** Runs so far, and what was counted before the latest one. */
  uint32_t runs_ = 0;
  uint64_t received_before_ = 0;
  uint64_t duplicates_before_ = 0;
};

}  // namespace rtpp
