// The analyser against the rules of media.md 5.2. The input is a list of packets: each a byte of flags, the payload
// type, and what sequence number, timestamp and clock (ms) have moved on since the packet before.
#include <cmath>
#include <memory>

#include "../analyzer_reference.h"
#include "fuzz.h"
#include "rtp/analyzer.h"

using namespace rtpp;

namespace {

constexpr uint8_t kMarker = 1;
constexpr uint8_t kInvalid = 2;
/** The clock stands still: packets of one pass. */
constexpr uint8_t kSamePass = 4;
/** The step of the sequence number is one of the table, around which something changes. */
constexpr uint8_t kFromTable = 8;
constexpr int kSeqSteps[16] = {1,    -1,   535,  536,  537,   -535,  -536,   -537,
                               1070, 1071, 1072, 2048, 64464, 64999, -64999, 32768};
/** The four upper bits are the SSRC: more of them than the jitter meter remembers. */
constexpr int kSsrcShift = 4;

void check_growth(const AnalyzerStats& before, const AnalyzerStats& now) {
  MUST(now.sent >= before.sent && now.received >= before.received && now.duplicates >= before.duplicates);
  MUST(now.parse_errors >= before.parse_errors && now.misplaced >= before.misplaced);
  MUST(now.ssrc_changes >= before.ssrc_changes && now.desyncs >= before.desyncs);
  MUST(now.seq_resets >= before.seq_resets);
  MUST(now.jitter.packets >= before.jitter.packets && now.jitter.values >= before.jitter.values);
  MUST(now.jitter.max >= before.jitter.max);
}

void check_sense(const AnalyzerStats& stats, uint64_t packets) {
  MUST(stats.received + stats.duplicates + stats.misplaced == packets);
  MUST(stats.lost == stats.sent - stats.received && stats.received <= stats.sent);
  // No packet is more than 1070 numbers from the highest one of its run, whose gaps are what may be lost.
  MUST(stats.sent <= packets * 1071);
  const JitterStats& jitter = stats.jitter;
  MUST(std::isfinite(jitter.last) && std::isfinite(jitter.max) && std::isfinite(jitter.average));
  MUST(jitter.last >= 0 && jitter.max >= jitter.last && jitter.average >= 0);
  MUST(jitter.average <= jitter.max * (1 + 1e-9));
  MUST(jitter.packets <= packets && jitter.values <= jitter.packets && jitter.ssrcs <= 10);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  const auto others = std::make_unique<JitterMeter::Others>();
  const auto analyzer = std::make_unique<Analyzer>(others.get());
  test::AnalyzerReference reference;
  RtpView rtp{};
  int64_t ms = 1'000'000;
  uint64_t packets = 0;
  uint64_t errors = 0;
  AnalyzerStats before = analyzer->stats();
  for (int step = 0; step < 2000 && !in.empty(); ++step) {
    const uint8_t flags = in.u8();
    rtp.pt = in.u8() & 127;
    const uint16_t choice = in.u16();
    rtp.seq = static_cast<uint16_t>(rtp.seq + ((flags & kFromTable) != 0 ? kSeqSteps[choice & 15] : choice));
    rtp.ts += in.u32();
    const uint16_t passed = in.u16();
    rtp.marker = (flags & kMarker) != 0;
    rtp.ssrc = flags >> kSsrcShift;
    if ((flags & kSamePass) == 0) ms += passed;
    if ((flags & kInvalid) != 0) {
      analyzer->on_parse_error();
      MUST(analyzer->stats().parse_errors == ++errors);
      continue;
    }
    ++packets;
    const Verdict verdict = analyzer->on_packet(rtp, static_cast<double>(ms) / 1000);
    MUST(verdict == reference.on_packet(rtp));
    MUST(analyzer->ssrc() == rtp.ssrc);
    const AnalyzerStats stats = analyzer->stats();
    MUST(stats.sent == reference.total_sent() && stats.received == reference.received);
    MUST(stats.duplicates == reference.duplicates && stats.misplaced == reference.misplaced);
    MUST(stats.ssrc_changes == reference.ssrc_changes && stats.desyncs == reference.desyncs);
    MUST(stats.seq_resets == reference.seq_resets && stats.ssrc == rtp.ssrc);
    check_sense(stats, packets);
    check_growth(before, stats);
    before = stats;
  }
  return 0;
}
