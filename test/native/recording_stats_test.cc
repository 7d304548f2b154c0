#include "rtp/recording_stats.h"

#include "check.h"

using rtpp::RecordingFigures;
using rtpp::RecordingStats;
using rtpp::RtpView;
using rtpp::Verdict;

namespace {

/** A stream of 20 ms packets; its time begins at 1000 s. */
struct Sender {
  RecordingStats& stats;
  uint32_t ssrc;

  Verdict send(uint16_t seq, bool marker = false) {
    RtpView view{};
    view.marker = marker;
    view.seq = seq;
    view.ts = seq * 160u;
    view.ssrc = ssrc;
    return stats.on_packet(view, 1000 + seq * 0.02);
  }
};

}  // namespace

TEST(nothing_was_recorded) {
  const RecordingFigures figures = RecordingStats().figures();
  CHECK_EQ(figures.packets, 0.0);
  CHECK_EQ(figures.highest, 0.0);
  CHECK_EQ(figures.jitter_ssrcs, 0.0);
}

TEST(figures_are_of_the_latest_run) {
  RecordingStats stats;
  Sender first{stats, 1};
  for (const uint16_t seq : {10, 11, 13, 13}) (void)first.send(seq);
  CHECK_EQ(stats.figures().packets, 3.0);
  CHECK_EQ(stats.figures().least, 10.0);
  CHECK_EQ(stats.figures().highest, 13.0);
  CHECK_EQ(stats.figures().duplicates, 1.0);

  Sender second{stats, 2};
  (void)second.send(500);
  (void)second.send(501);
  const RecordingFigures figures = stats.figures();
  CHECK_EQ(figures.packets, 2.0);
  CHECK_EQ(figures.duplicates, 0.0);
  CHECK_EQ(figures.ssrc, 2.0);
  CHECK_EQ(figures.ssrc_changes, 2.0);
  CHECK_EQ(figures.sent, 6.0);
  CHECK_EQ(figures.received, 5.0);
  CHECK_EQ(figures.jitter_ssrcs, 2.0);
}

TEST(a_jump_and_a_reset_begin_another_run) {
  RecordingStats stats;
  Sender sender{stats, 1};
  (void)sender.send(100);
  (void)sender.send(5000);
  (void)sender.send(5001);
  CHECK_EQ(stats.figures().packets, 2.0);
  (void)sender.send(4000, true);
  CHECK_EQ(stats.figures().packets, 1.0);
  CHECK_EQ(stats.figures().received, 4.0);
}

TEST(what_is_older_than_all_after_a_wrap_is_told) {
  RecordingStats stats;
  Sender sender{stats, 1};
  for (const uint16_t seq : {65530, 65535, 0, 1}) (void)sender.send(seq);
  CHECK_EQ(stats.figures().offset, 65536.0);
  CHECK_EQ(stats.figures().highest, 65537.0);
  CHECK(sender.send(65529) == Verdict::kMisplaced);
}
