#include "rtp/analyzer.h"

namespace rtpp {
namespace {

constexpr int64_t kCycle = 65536;
/** The farthest that a sequence number may be from the highest one of the run without starting another run. */
constexpr int64_t kMaxDistance = 536;
/** Sequence numbers above this one count as "just before the wrap". */
constexpr int64_t kNearWrap = 65000;
/** Sequence number 0 behind anything lower than this is a new start and not the next number after a wrap. */
constexpr int64_t kZeroExpected = 65500;

// Why a window of 2048 flags does the work of the C daemon's 131072: place() looks up `s` only after its first step,
// which leaves, with max = the highest number of the run,
//   late packet from before the wrap: max - s = max % 65536 + 65536 - seq, so 1 <= max - s <= 535 + 535;
//   wrap: max never exceeds offset + 65535, so with the new offset s > max, and s < max + 536 is the condition itself;
//   otherwise: max - 536 <= s <= max + 536, or the run ends and all flags with it.
// So no lookup is more than 1070 below max. Above max nothing was seen yet in this run, which the window answers by
// clearing what it advances over; the C daemon's by clearing half of its bitmap at each wrap.
static_assert(SeqWindow::kSize > 1070);
static_assert(sizeof(Analyzer) <= 544);

}  // namespace

Verdict Analyzer::on_packet(const RtpView& rtp, double arrival_s) {
  payload_bytes_ += rtp.payload_len;
  const Verdict verdict = judge(rtp, arrival_s);
  if (verdict == Verdict::kDuplicate || verdict == Verdict::kMisplaced) return verdict;
  types_.on_packet(rtp);
  late_.on_packet(rtp, arrival_s, verdict == Verdict::kSsrcChanged);
  return verdict;
}

Verdict Analyzer::judge(const RtpView& rtp, double arrival_s) {
  const bool first = ssrc_changes_ == 0;
  const bool other_ssrc = rtp.ssrc != ssrc_;
  const int64_t s = rtp.seq + offset_;
  const int64_t max = seen_.newest();
  const bool reset = !first && !other_ssrc && rtp.marker && s < max && max % kCycle != kCycle - 1;
  const bool from_zero = s == 0 && max % kCycle < kZeroExpected;
  jitter_.on_packet(rtp, arrival_s, reset || from_zero);

  if (first || other_ssrc) {
    ssrc_ = rtp.ssrc;
    ++ssrc_changes_;
    if (first) {
      start_run(s);
      return Verdict::kCounted;
    }
    // Without the offset, and yet the offset stays: so the C daemon counts one desync more after a wrap.
    restart_run(rtp.seq);
    return Verdict::kSsrcChanged;
  }
  if (reset) {
    ++seq_resets_;
    restart_run(s);
    return Verdict::kCounted;
  }
  return place(rtp.seq);
}

Verdict Analyzer::place(uint16_t seq) {
  const int64_t max = seen_.newest();
  int64_t s = seq + offset_;
  if (max % kCycle < kMaxDistance && seq > kNearWrap) {
    // From `max` and not from the offset: the two disagree after a change of SSRC, and the C daemon then takes the
    // packet for one far ahead.
    s = max - max % kCycle - kCycle + seq;
  } else if (max > kNearWrap && s < max - kNearWrap) {
    offset_ += kCycle;
    s += kCycle;
  } else if (s + kMaxDistance < max || s > max + kMaxDistance) {
    ++desyncs_;
    restart_run(s);
    return Verdict::kCounted;
  }

  if (seen_.test_and_set(s)) {
    ++duplicates_;
    return Verdict::kDuplicate;
  }
  const int64_t min_before = min_;
  if (s < min_) {
    if (offset_ != 0) {
      ++misplaced_;
      return Verdict::kMisplaced;
    }
    min_ = s;
  }
  ++received_;
  if (s > max) {
    passed_over(s, max);
  } else {
    filled_in(s, min_before);
  }
  return Verdict::kCounted;
}

void Analyzer::passed_over(int64_t s, int64_t newest_before) {
  if (s > newest_before + 1) ++loss_events_;
}

void Analyzer::filled_in(int64_t s, int64_t min_before) {
  ++reordered_;
  if (!seen_.has(s + 1)) ++loss_events_;
  // Before the start of the run nothing was missing.
  if (s < min_before) return;
  // The run of lost packets that it was in is two now, or ends with it, or begins behind it, or there is none any more.
  if (seen_.has(s - 1)) --loss_events_;
}

void Analyzer::start_run(int64_t s) {
  seen_.restart(s);
  min_ = s;
  ++received_;
}

void Analyzer::restart_run(int64_t s) {
  sent_ += static_cast<uint64_t>(seen_.newest() - min_ + 1);
  start_run(s);
}

AnalyzerStats Analyzer::stats() const {
  AnalyzerStats stats;
  stats.sent = sent_;
  if (ssrc_changes_ != 0) stats.sent += static_cast<uint64_t>(seen_.newest() - min_ + 1);
  stats.received = received_;
  stats.duplicates = duplicates_;
  stats.payload_bytes = payload_bytes_;
  stats.lost = stats.sent - stats.received;
  stats.loss_events = loss_events_;
  stats.reordered = reordered_;
  stats.late = late_.count();
  stats.behind = late_.behind();
  stats.most_behind = late_.most_behind();
  stats.payload_type = types_.in_use();
  stats.other_payload = types_.others();
  stats.last_payload = types_.last();
  stats.parse_errors = parse_errors_;
  stats.misplaced = misplaced_;
  stats.ssrc = ssrc_;
  stats.ssrc_changes = ssrc_changes_;
  stats.highest_seq = static_cast<uint16_t>(seen_.newest());
  stats.desyncs = desyncs_;
  stats.seq_resets = seq_resets_;
  stats.jitter = jitter_.stats();
  return stats;
}

}  // namespace rtpp
