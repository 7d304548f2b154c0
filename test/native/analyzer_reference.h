#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "rtp/analyzer.h"

namespace rtpp::test {

/**
 * The sequence statistics of media.md 5.2, rule by rule, with the whole bitmap: what the analyzer is compared with. It
 * differs from that text in two things, as the analyzer does: numbers are signed and 64 bits wide, and a late packet
 * from before the wrap is placed relative to `max`.
 */
class AnalyzerReference {
 public:
  Verdict on_packet(const RtpView& rtp) {
    const int64_t seq = rtp.seq;
    if (ssrc_changes == 0) {  // rule 1
      ssrc_changes = 1;
      ssrc_ = rtp.ssrc;
      begin(seq);
      return Verdict::kCounted;
    }
    if (rtp.ssrc != ssrc_) {  // rule 2
      ++ssrc_changes;
      ssrc_ = rtp.ssrc;
      restart(seq);
      return Verdict::kSsrcChanged;
    }
    int64_t s = seq + offset_;
    if (rtp.marker && s < max_ && max_ % 65536 != 65535) {  // rule 3
      ++seq_resets;
      restart(s);
      return Verdict::kCounted;
    }
    if (max_ % 65536 < 536 && seq > 65000) {  // rule 4
      s = max_ - max_ % 65536 - 65536 + seq;
    } else if (max_ > 65000 && s < max_ - 65000) {
      offset_ += 65536;
      s += 65536;
      const auto half = words_.begin() + (offset_ % kFlags == 65536 ? kWords / 2 : 0);
      std::fill(half, half + kWords / 2, 0);
    } else if (s + 536 < max_ || s > max_ + 536) {
      ++desyncs;
      restart(s);
      return Verdict::kCounted;
    }
    if (flagged(s)) {  // rule 5
      ++duplicates;
      return Verdict::kDuplicate;
    }
    set_flag(s);  // rule 6
    if (s >= max_) {
      max_ = s;
    } else if (s < min_ && offset_ == 0) {
      min_ = s;
    } else if (s < min_) {
      ++misplaced;
      return Verdict::kMisplaced;
    }
    ++received;
    return Verdict::kCounted;
  }

  uint64_t total_sent() const { return sent_ + static_cast<uint64_t>(max_ - min_ + 1); }

  uint64_t received = 0;
  uint64_t duplicates = 0;
  uint64_t misplaced = 0;
  uint32_t ssrc_changes = 0;
  uint32_t desyncs = 0;
  uint32_t seq_resets = 0;

 private:
  static constexpr int64_t kFlags = 131072;
  static constexpr int64_t kWords = kFlags / 32;

  uint32_t& word(int64_t s) { return words_[static_cast<size_t>((s + kFlags) % kFlags / 32)]; }
  bool flagged(int64_t s) { return (word(s) >> (s & 31) & 1) != 0; }
  void set_flag(int64_t s) { word(s) |= 1u << (s & 31); }

  void begin(int64_t s) {
    min_ = max_ = s;
    ++received;
    set_flag(s);
  }

  void restart(int64_t s) {
    sent_ += static_cast<uint64_t>(max_ - min_ + 1);
    std::fill(words_.begin(), words_.end(), 0);
    begin(s);
  }

  std::vector<uint32_t> words_ = std::vector<uint32_t>(kWords);
  int64_t min_ = 0;
  int64_t max_ = 0;
  int64_t offset_ = 0;
  uint64_t sent_ = 0;
  uint32_t ssrc_ = 0;
};

}  // namespace rtpp::test
