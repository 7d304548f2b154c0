// Recordings as sound. An input is a list of packets of both legs, from any SSRC, of any payload type, number, time
// stamp and time, or any bytes at all, and of moments at which the disk thread writes. What is written must be whole
// frames within the length that the recording tells, and no more of them than time has passed.
//
// A step: a byte of what it is, of which bit 0 is the leg; then for bits 1 and 2
//   0, 1: SSRC and payload type, number and time stamp since the last packet (16 and 32 bits), ms since then, payload
//   2: a time anywhere (32 bits of ms)
//   3: with bit 3 a flush, with bit 4 an end of waiting, else bytes as they are
#include <algorithm>
#include <vector>

#include "fuzz.h"
#include "sinks/record_wav.h"

using namespace rtpp;

namespace {

constexpr int64_t kMostFrames = int64_t{8} * 3600 * kWavRate;
constexpr uint8_t kTypes[] = {0, 8, 9, 10, 11, 13, 18, 101};
/** What may lie ahead of the clock: a second and a packet. */
constexpr int64_t kAhead = kWavRate + 8192;

class Length : public WavOutput {
 public:
  void put(int64_t at, std::span<const int16_t> first, std::span<const int16_t> second) override {
    MUST(at >= 0 && !first.empty());
    MUST(first.size() % kWavChannels == 0 && second.size() % kWavChannels == 0);
    const auto count = static_cast<int64_t>((first.size() + second.size()) / kWavChannels);
    MUST(count <= WavWindow::kFrames);
    end = std::max(end, at + count);
    MUST(end <= kMostFrames);
  }
  int64_t end = 0;
};

class Call {
 public:
  void add(uint8_t leg, const std::vector<uint8_t>& bytes) {
    (void)classify_for_wav(bytes.data(), static_cast<uint32_t>(bytes.size()));
    const bool fits = recording_.add(leg, bytes.data(), static_cast<uint32_t>(bytes.size()), us_);
    MUST(fits || recording_.frames() > kMostFrames - kAhead - WavRecording::kMostSilence);
    check();
  }
  void pass(int64_t us) {
    int64_t next;
    if (__builtin_add_overflow(us_, us, &next)) return;
    us_ = next;
    // Back by more than two seconds, or on by more than ten minutes, time begins anew.
    if (us < 0) ++jumps_;
    allowed_ += std::clamp<int64_t>(us / 125, 0, WavRecording::kMostSilence);
  }
  void flush() {
    recording_.flush();
    MUST(output_.end == recording_.frames());
  }
  void settle() {
    (void)recording_.settle();
    MUST(!recording_.waiting());
    check();
  }

 private:
  void check() const { MUST(recording_.frames() <= allowed_ + (1 + jumps_) * (kAhead + 2 * kWavRate)); }

  Length output_;
  WavRecording recording_{&output_, kMostFrames};
  int64_t us_ = 1'700'000'000'000'000;
  int64_t allowed_ = 0;
  int64_t jumps_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  Call call;
  uint16_t seq = 0;
  uint32_t ts = 0;
  for (int step = 0; step < 200 && !in.empty(); ++step) {
    const uint8_t kind = in.u8();
    const uint8_t leg = kind & 1;
    if ((kind & 6) == 4) {
      call.pass((int64_t{in.u32()} - (int64_t{1} << 31)) * 1000);
    } else if ((kind & 6) == 6 && (kind & 8) != 0) {
      call.flush();
    } else if ((kind & 6) == 6 && (kind & 16) != 0) {
      call.settle();
    } else if ((kind & 6) == 6) {
      size_t len = in.u8();
      const uint8_t* bytes = in.bytes(&len);
      call.add(leg, std::vector<uint8_t>(bytes, bytes + len));
    } else {
      const uint8_t who = in.u8();
      seq = static_cast<uint16_t>(seq + in.u16());
      ts += in.u32();
      call.pass(int64_t{in.u8()} * 1000);
      const uint8_t fill = in.u8();
      std::vector<uint8_t> bytes = {0x80, kTypes[who & 7], static_cast<uint8_t>(seq >> 8), static_cast<uint8_t>(seq)};
      for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(ts >> shift));
      bytes.insert(bytes.end(), {0, 0, 0, static_cast<uint8_t>(who >> 4)});
      // Mostly 20 ms.
      bytes.resize(bytes.size() + ((kind & 32) != 0 ? size_t{in.u16()} % 8180 : 160), fill);
      call.add(leg, bytes);
    }
  }
  call.settle();
  call.flush();
  return 0;
}
