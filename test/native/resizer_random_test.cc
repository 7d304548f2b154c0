#include <algorithm>
#include <optional>
#include <random>
#include <string>

#include "check.h"
#include "resizer_rig.h"
#include "resizer_speech.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr uint8_t kTypes[] = {0, 8, 9, 3, 18, 4};

#ifdef __SANITIZE_THREAD__
constexpr uint32_t kRuns = 6;  // one thread only, so nothing is to be found here but time to be lost
constexpr uint32_t kCalmRuns = 12;
#else
constexpr uint32_t kRuns = 60;
constexpr uint32_t kCalmRuns = 60;
#endif

class Dice {
 public:
  explicit Dice(uint32_t seed) : random_(seed) {}
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(random_() % n); }
  bool one_in(uint32_t n) { return below(n) == 0; }

 private:
  std::mt19937 random_;
};

/** Adds CSRC list, extension and padding, any of them. */
Bytes decorated(Bytes packet, Dice& dice) {
  if (dice.one_in(4)) {
    const uint8_t words = static_cast<uint8_t>(dice.one_in(8) ? dice.below(140) : dice.below(4));
    Bytes extension(4 + 4 * size_t{words}, 0xee);
    extension[2] = 0;
    extension[3] = words;
    packet.insert(packet.begin() + 12, extension.begin(), extension.end());
    packet[0] |= 0x10;
  }
  if (dice.one_in(4)) {
    const uint8_t count = static_cast<uint8_t>(dice.below(16));
    packet.insert(packet.begin() + 12, 4 * size_t{count}, 0xcc);
    packet[0] |= count;
  }
  if (dice.one_in(4)) {
    const uint8_t size = static_cast<uint8_t>(1 + dice.below(20));
    packet.insert(packet.end(), size, 0xaa);
    packet.back() = size;
    packet[0] |= 0x20;
  }
  if (packet.size() > Resizer::kMaxPacket) packet.resize(Resizer::kMaxPacket);
  return packet;
}

bool same_but_for_number(const Bytes& out, const Bytes& in) {
  Bytes copy(in);
  if (in.size() >= 4 && out.size() == in.size()) std::copy_n(out.begin() + 2, 2, copy.begin() + 2);
  return out == copy;
}

/** A party whose packets get lost, repeated, out of order, and that changes its mind about everything. */
struct Talker {
  Dice& dice;
  uint8_t pt = 0;
  uint32_t ts = 0;
  uint32_t ssrc = 1;
  uint16_t seq = 0;
  uint32_t step = 160;

  Bytes next() {
    if (dice.one_in(40)) pt = kTypes[dice.below(6)];
    if (dice.one_in(60)) ssrc = 1 + dice.below(3);
    if (dice.one_in(60)) ts = dice.one_in(2) ? dice.below(UINT32_MAX) : ts + 80 * dice.below(400);
    if (dice.one_in(50)) step = 1 + (dice.one_in(12) ? dice.below(9000) : dice.below(60) * dice.below(12));
    if (dice.one_in(20)) ts += step, ++seq;
    const uint32_t back = dice.one_in(15) ? dice.below(4) * step : 0;
    Audio audio = speech(pt, ts - back, step);
    // A frame cut short is a silence descriptor.
    if (pt == 18 && dice.one_in(6)) audio.bytes.resize(audio.bytes.size() - 1 - dice.below(9));
    const RtpFields fields{pt, seq, ts - back, ssrc, dice.one_in(10)};
    ts += audio.ticks;
    ++seq;
    return decorated(rtp_packet(fields, audio.bytes), dice);
  }
};

}  // namespace

TEST(whatever_comes_in) {
  uint64_t resized = 0;
  for (uint32_t run = 0; run < kRuns; ++run) {
    const Context context("run " + std::to_string(run));
    Dice dice(run);
    ResizerRig rig(1 + (dice.one_in(2) ? dice.below(999) : dice.below(100)));
    Talker talker{dice, kTypes[dice.below(6)], dice.below(UINT32_MAX)};
    Bytes last;
    double ms = 0;
    uint64_t ticks = 0;
    uint32_t sent = 0;
    std::optional<RtpView> before;
    uint64_t out = 0;
    size_t seen = 0;
    for (int i = 0; i < 500; ++i) {
      if (dice.one_in(100)) rig.resizer->set_ptime(1 + dice.below(999));
      if (!dice.one_in(10)) ms += dice.one_in(30) ? dice.below(1500) : talker.step / 8.0;
      Bytes packet = last.empty() || !dice.one_in(20) ? talker.next() : last;
      if (dice.one_in(40)) packet = Bytes(dice.below(40), static_cast<uint8_t>(dice.below(128)));
      last = packet;
      const uint32_t taken = rig.in;
      rig.receive(ms, packet);
      if (rig.in > taken) ticks += ticks_in(packet);
      for (; seen < rig.emitted.size(); ++seen) {
        const Emitted& emitted = rig.emitted[seen];
        RtpView view{};
        if (emitted.passed) {
          CHECK(same_but_for_number(emitted.bytes, packet));
          if (parse_rtp(emitted.bytes.data(), emitted.bytes.size(), &view)) before = view;
          continue;
        }
        CHECK(sound(emitted.bytes));
        CHECK(parse_rtp(emitted.bytes.data(), emitted.bytes.size(), &view));
        CHECK(!before || before->ssrc != view.ssrc || static_cast<int16_t>(view.seq - before->seq) > 0);
        before = view;
        ++sent;
        out += ticks_in(emitted.bytes);
      }
      CHECK(out <= ticks);
    }
    CHECK_EQ(sent, rig.out);
    resized += rig.out;
  }
  CHECK(resized > kRuns * 100);
}

TEST(a_stream_without_gaps_loses_nothing) {
  for (uint32_t run = 0; run < kCalmRuns; ++run) {
    Dice dice(run);
    const uint8_t pt = kTypes[run % 6];
    const uint32_t ptime = 1 + dice.below(dice.one_in(3) ? 999 : 120);
    const Context context("payload type " + std::to_string(pt) + ", " + std::to_string(ptime) + " ms");
    ResizerRig rig(ptime);
    const uint32_t step = 80 * (1 + dice.below(12));
    const uint32_t start = dice.below(UINT32_MAX);
    Bytes said_all;
    uint32_t ticks = 0;
    for (uint16_t i = 0; i < 200; ++i) {
      const Audio audio = speech(pt, start + ticks, step);
      rig.receive(ticks / 8.0, rtp_packet({.pt = pt, .seq = i, .ts = start + ticks}, audio.bytes));
      said_all.insert(said_all.end(), audio.bytes.begin(), audio.bytes.end());
      ticks += audio.ticks;
    }
    Bytes heard;
    uint32_t heard_ticks = 0;
    const uint32_t unit = audio_unit(pt);
    for (const Emitted& emitted : rig.emitted) {
      CHECK(!emitted.passed);
      heard.insert(heard.end(), emitted.bytes.begin() + 12, emitted.bytes.end());
      const uint32_t length = ticks_in(emitted.bytes);
      CHECK(length % unit == 0);
      CHECK(length <= (8 * ptime + unit - 1) / unit * unit);
      heard_ticks += length;
    }
    CHECK_EQ(rig.discarded, 0u);
    CHECK(heard.size() <= said_all.size() && std::equal(heard.begin(), heard.end(), said_all.begin()));
    CHECK(ticks - heard_ticks < 8 * ptime);
  }
}
