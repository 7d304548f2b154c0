#include "rtp/recording_stats.h"

namespace rtpp {

Verdict RecordingStats::on_packet(const RtpView& rtp, double arrival_s) {
  const Verdict verdict = analyzer_.on_packet(rtp, arrival_s);
  const uint32_t runs = analyzer_.runs();
  if (runs == runs_) return verdict;
  // The packet that begins a run is one of it.
  const AnalyzerStats stats = analyzer_.stats();
  runs_ = runs;
  received_before_ = stats.received - 1;
  duplicates_before_ = stats.duplicates;
  return verdict;
}

RecordingFigures RecordingStats::figures() const {
  RecordingFigures out;
  const AnalyzerStats stats = analyzer_.stats();
  if (stats.ssrc_changes == 0) return out;
  out.packets = static_cast<double>(stats.received - received_before_);
  out.least = static_cast<double>(analyzer_.least());
  out.highest = static_cast<double>(analyzer_.highest());
  out.offset = static_cast<double>(analyzer_.offset());
  out.ssrc = stats.ssrc;
  out.duplicates = static_cast<double>(stats.duplicates - duplicates_before_);
  out.ssrc_changes = stats.ssrc_changes;
  out.sent = static_cast<double>(stats.sent);
  out.received = static_cast<double>(stats.received);
  out.jitter_ssrcs = stats.jitter.ssrcs;
  out.jitter_last = stats.jitter.last;
  out.jitter_average = stats.jitter.average;
  out.jitter_max = stats.jitter.max;
  return out;
}

}  // namespace rtpp
