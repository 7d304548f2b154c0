#include "sinks/record_wav.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include "check.h"
#include "codec/g711.h"
#include "codec/g722.h"

using namespace rtpp;

namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint8_t kCaller = 1;
constexpr uint8_t kCallee = 0;
constexpr int64_t kStart = 1'700'000'000'000'000;

/** The frames of a file, a hole being silence. */
class Sound : public WavOutput {
 public:
  void put(int64_t at, std::span<const int16_t> first, std::span<const int16_t> second) override {
    ++writes;
    for (const std::span<const int16_t> part : {first, second}) {
      CHECK_EQ(part.size() % kWavChannels, 0u);
      const size_t from = static_cast<size_t>(at) * kWavChannels;
      if (frames_.size() < from + part.size()) frames_.resize(from + part.size());
      std::copy(part.begin(), part.end(), frames_.begin() + static_cast<ptrdiff_t>(from));
      at += static_cast<int64_t>(part.size() / kWavChannels);
      written += part.size() / kWavChannels;
    }
  }
  int16_t left(size_t frame) const { return frames_.at(2 * frame); }
  int16_t right(size_t frame) const { return frames_.at(2 * frame + 1); }
  size_t size() const { return frames_.size() / 2; }

  int writes = 0;
  size_t written = 0;

 private:
  std::vector<int16_t> frames_;
};

struct Rtp {
  uint16_t seq = 0;
  uint32_t ts = 0;
  uint32_t ssrc = 1;
  uint8_t pt = 0;
  Bytes payload = Bytes(160, 0xff);
};

Bytes bytes_of(const Rtp& rtp) {
  Bytes bytes = {0x80, rtp.pt, static_cast<uint8_t>(rtp.seq >> 8), static_cast<uint8_t>(rtp.seq)};
  for (const uint32_t word : {rtp.ts, rtp.ssrc}) {
    for (const int shift : {24, 16, 8, 0}) bytes.push_back(static_cast<uint8_t>(word >> shift));
  }
  bytes.insert(bytes.end(), rtp.payload.begin(), rtp.payload.end());
  return bytes;
}

/** The A-law code of a level, and the level that it stands for. */
uint8_t code(int16_t level) { return encode_g711(G711Law::kAlaw, level); }
int16_t heard(int16_t level) { return decode_g711(G711Law::kAlaw, code(level)); }

/** Both parties of a recording. */
struct Rig {
  Sound sound;
  WavRecording recording{&sound};

  bool add(uint8_t leg, const Rtp& rtp, int64_t ms) {
    const Bytes bytes = bytes_of(rtp);
    return recording.add(leg, bytes.data(), static_cast<uint32_t>(bytes.size()), kStart + ms * 1000);
  }
  /** The packet of that number of a stream of PCMA: 20 ms of a level that tells which it is. */
  bool talk(uint8_t leg, uint16_t seq, int64_t ms) {
    return add(leg, {seq, uint32_t{seq} * 160, 1u + leg, 8, Bytes(160, code(level(seq)))}, ms);
  }
  static int16_t level(int seq) { return static_cast<int16_t>(1000 + 400 * (seq % 50)); }
  void end() {
    CHECK(recording.settle());
    recording.flush();
  }
  /** Levels of the left channel, one for each 20 ms. */
  std::vector<int16_t> left() const {
    std::vector<int16_t> all;
    for (size_t i = 80; i < sound.size(); i += 160) all.push_back(sound.left(i));
    return all;
  }
};

std::vector<int16_t> levels(const std::vector<int>& seqs) {
  std::vector<int16_t> all;
  for (const int seq : seqs) all.push_back(seq < 0 ? 0 : heard(Rig::level(seq)));
  return all;
}

uint32_t little32(const WavHeader& header, size_t at) {
  return uint32_t{header[at]} | uint32_t{header[at + 1]} << 8 | uint32_t{header[at + 2]} << 16 |
         uint32_t{header[at + 3]} << 24;
}

}  // namespace

TEST(the_header_is_that_of_stereo_at_8_khz) {
  const WavHeader header = wav_header(1000);
  CHECK(std::memcmp(header.data(), "RIFF", 4) == 0 && std::memcmp(&header[8], "WAVEfmt ", 8) == 0);
  CHECK(std::memcmp(&header[36], "data", 4) == 0);
  CHECK_EQ(little32(header, 4), 36u + 4000);
  CHECK_EQ(little32(header, 16), 16u);
  CHECK_EQ(little32(header, 20), 0x00020001u);
  CHECK_EQ(little32(header, 24), 8000u);
  CHECK_EQ(little32(header, 28), 32000u);
  CHECK_EQ(little32(header, 32), 0x00100004u);
  CHECK_EQ(little32(header, 40), 4000u);
}

TEST(the_longest_file_has_a_length_of_32_bits) {
  const WavHeader header = wav_header(kWavMostFrames);
  CHECK(little32(header, 4) > 0xffffff00u);
  CHECK_EQ(little32(header, 4) - 36, little32(header, 40));
}

TEST(the_caller_is_on_the_left_and_the_callee_on_the_right) {
  Rig rig;
  for (uint16_t seq = 0; seq < 50; ++seq) {
    CHECK(rig.talk(kCaller, seq, 20 * seq));
    CHECK(rig.add(kCallee, {seq, uint32_t{seq} * 160, 2, 8, Bytes(160, code(-3000))}, 20 * seq));
  }
  rig.end();
  CHECK_EQ(rig.sound.size(), 8000u);
  for (size_t i = 0; i < 8000; ++i) {
    CHECK_EQ(rig.sound.left(i), heard(Rig::level(static_cast<int>(i / 160))));
    CHECK_EQ(rig.sound.right(i), heard(-3000));
  }
}

TEST(the_parties_are_aligned_by_the_time_of_arrival) {
  Rig rig;
  for (uint16_t seq = 0; seq < 50; ++seq) rig.talk(kCaller, seq, 20 * seq);
  for (uint16_t seq = 0; seq < 25; ++seq) rig.talk(kCallee, seq, 500 + 20 * seq);
  rig.end();
  CHECK_EQ(rig.sound.size(), 8000u);
  CHECK_EQ(rig.sound.right(3999), 0);
  CHECK_EQ(rig.sound.right(4000), heard(Rig::level(0)));
}

TEST(jitter_is_not_heard) {
  Rig rig;
  std::mt19937 random(7);
  std::vector<int> all;
  for (uint16_t seq = 0; seq < 200; ++seq) {
    rig.talk(kCaller, seq, 20 * seq + static_cast<int64_t>(seq == 0 ? 0 : random() % 150));
    all.push_back(seq);
  }
  rig.end();
  CHECK(rig.left() == levels(all));
}

TEST(lost_packets_are_silence) {
  Rig rig;
  for (const uint16_t seq : {0, 1, 2, 5, 6, 40, 41}) rig.talk(kCaller, seq, 20 * seq);
  rig.end();
  std::vector<int> wanted = {0, 1, 2, -1, -1, 5, 6};
  wanted.resize(40, -1);
  wanted.insert(wanted.end(), {40, 41});
  CHECK(rig.left() == levels(wanted));
}

TEST(packets_in_a_wrong_order_are_put_in_order) {
  for (const bool flushed : {false, true}) {
    Rig rig;
    int64_t ms = 0;
    for (const uint16_t seq : {0, 2, 1, 3, 6, 5, 4, 4, 5, 7, 9, 8}) {
      rig.talk(kCaller, seq, ms += 15);
      if (flushed) rig.recording.flush();
    }
    CHECK(!rig.recording.waiting());
    rig.end();
    CHECK(rig.left() == levels({0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
  }
}

TEST(g722_is_decoded_in_order) {
  std::vector<int16_t> samples(8000);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<int16_t>(i * i % 9000);
  Bytes encoded(samples.size());
  G722Encoder().encode(samples, encoded);
  std::vector<int16_t> wanted(samples.size());
  G722Decoder().decode(encoded, wanted);
  Rig rig;
  // But for the first two, pairs change places.
  for (uint16_t pair = 0; pair < 50; pair += 2) {
    for (const int odd : {1, 0}) {
      const auto seq = static_cast<uint16_t>(pair == 0 ? 1 - odd : pair + odd);
      const Bytes part(encoded.begin() + seq * 160, encoded.begin() + (seq + 1) * 160);
      CHECK(rig.add(kCaller, {seq, uint32_t{seq} * 160, 1, 9, part}, 20 * seq));
    }
  }
  rig.end();
  CHECK_EQ(rig.sound.size(), samples.size());
  for (size_t i = 0; i < wanted.size(); ++i) CHECK_EQ(rig.sound.left(i), wanted[i]);
}

TEST(l16_is_brought_to_8_khz) {
  for (const uint8_t pt : {10, 11}) {
    Rig rig;
    const size_t frame = pt == 10 ? 4 : 2;
    for (uint16_t seq = 0; seq < 100; ++seq) {
      // 1000 in each sample.
      Bytes payload;
      for (size_t i = 0; i < 882 * frame; i += 2) payload.insert(payload.end(), {0x03, 0xe8});
      rig.add(kCaller, {seq, uint32_t{seq} * 882, 1, pt, payload}, 20 * seq);
    }
    rig.end();
    CHECK_EQ(rig.sound.size(), 16000u);
    for (size_t i = 100; i < 16000; ++i) CHECK_NEAR(rig.sound.left(i), 1000, 2);
  }
}

TEST(a_stream_that_changes_its_codec_goes_on) {
  Rig rig;
  for (uint16_t seq = 0; seq < 100; ++seq) {
    const uint8_t pt = seq < 50 ? 8 : 0;
    const G711Law law = pt == 8 ? G711Law::kAlaw : G711Law::kUlaw;
    rig.add(kCaller, {seq, uint32_t{seq} * 160, 1, pt, Bytes(160, encode_g711(law, 5000))}, 20 * seq);
  }
  rig.end();
  CHECK_EQ(rig.sound.size(), 16000u);
  for (size_t i = 0; i < 16000; ++i) CHECK_NEAR(rig.sound.left(i), 5000, 200);
}

TEST(events_have_their_place_in_the_order_and_are_silence) {
  Rig rig;
  for (uint16_t seq = 0; seq < 10; ++seq) {
    if (seq >= 4 && seq < 7) {
      rig.add(kCaller, {seq, 640, 2, 101, {5, 0x0a, 0, 160}}, 20 * seq);
    } else {
      rig.talk(kCaller, seq, 20 * seq);
    }
    CHECK(!rig.recording.waiting());
  }
  rig.end();
  CHECK(rig.left() == levels({0, 1, 2, 3, -1, -1, -1, 7, 8, 9}));
}

TEST(a_stream_that_is_late_for_long_goes_on_where_the_clock_is) {
  Rig rig;
  for (uint16_t seq = 0; seq < 150; ++seq) rig.talk(kCaller, seq, 20 * seq + (seq < 50 ? 0 : 400));
  rig.end();
  CHECK_EQ(rig.sound.size(), static_cast<size_t>(8 * (20 * 150 + 400)));
  // Nothing of it is lost.
  std::vector<int16_t> all = rig.left();
  std::erase(all, int16_t{0});
  CHECK_EQ(all.size(), 150u);
}

TEST(what_a_stall_has_kept_is_heard_where_it_belongs) {
  Rig rig;
  std::vector<int> all;
  for (uint16_t seq = 0; seq < 150; ++seq) {
    rig.talk(kCaller, seq, seq >= 50 && seq < 90 ? 1800 : 20 * seq);
    all.push_back(seq);
  }
  rig.end();
  CHECK(rig.left() == levels(all));
}

TEST(a_stream_that_catches_up_loses_nothing) {
  // Late by more and more until it is taken for a late one, and then on time again.
  for (const int most : {300, 600, 950}) {
    Rig rig;
    for (uint16_t seq = 0; seq < 250; ++seq) {
      const int late = seq < 50 || seq >= 200 ? 0 : std::min(10 * (seq - 50), most);
      rig.talk(kCaller, seq, std::max(20 * seq, seq < 200 ? 0 : 20 * 199 + most) + late);
    }
    rig.end();
    std::vector<int16_t> all = rig.left();
    std::erase(all, int16_t{0});
    CHECK_EQ(all.size(), 250u);
  }
}

TEST(an_early_stream_is_taken_back_at_the_next_pause) {
  Rig rig;
  rig.talk(kCaller, 0, 0);
  // Its first packet is 150 ms late.
  for (uint16_t seq = 0; seq < 50; ++seq) rig.talk(kCallee, seq, seq == 0 ? 150 : 20 * seq);
  for (uint16_t seq = 100; seq < 150; ++seq) rig.talk(kCallee, seq, 20 * seq);
  rig.end();
  CHECK_EQ(rig.sound.right(static_cast<size_t>(8 * 150)), heard(Rig::level(0)));
  CHECK_EQ(rig.sound.size(), static_cast<size_t>(8 * 20 * 150));
}

TEST(time_stamps_that_stand_still_or_jump_are_not_believed) {
  for (const uint32_t step : {0u, 1u, 0x80000000u, 0x12345678u}) {
    Rig rig;
    for (uint16_t seq = 0; seq < 100; ++seq) {
      rig.add(kCaller, {seq, seq < 50 ? seq * 160u : seq * step, 2, 8, Bytes(160, code(Rig::level(seq)))}, 20 * seq);
    }
    rig.end();
    CHECK_NEAR(static_cast<double>(rig.sound.size()), 16000, 320);
    std::vector<int16_t> all = rig.left();
    std::erase(all, int16_t{0});
    CHECK(all.size() >= 97);
  }
}

TEST(a_new_series_of_numbers_goes_on) {
  Rig rig;
  for (uint16_t seq = 0; seq < 100; ++seq) {
    const auto number = static_cast<uint16_t>(seq < 50 ? seq : seq + 30000);
    rig.add(kCaller, {number, seq * 160u, 2, 8, Bytes(160, code(Rig::level(seq)))}, 20 * seq);
  }
  rig.end();
  CHECK_EQ(rig.left().size(), 100u);
  CHECK(rig.left()[99] == heard(Rig::level(99)));
}

TEST(sequence_numbers_and_time_stamps_wrap) {
  Rig rig;
  for (int i = 0; i < 100; ++i) {
    const auto seq = static_cast<uint16_t>(65500 + i);
    rig.add(kCaller, {seq, 0xffffff00u + static_cast<uint32_t>(i) * 160, 2, 8, Bytes(160, code(Rig::level(i)))},
            20 * i);
  }
  rig.end();
  std::vector<int> all;
  for (int i = 0; i < 100; ++i) all.push_back(i);
  CHECK(rig.left() == levels(all));
}

TEST(two_sources_of_a_party_are_mixed) {
  Rig rig;
  for (uint16_t seq = 0; seq < 50; ++seq) {
    for (const uint32_t ssrc : {1u, 2u}) {
      rig.add(kCaller, {seq, uint32_t{seq} * 160, ssrc, 8, Bytes(160, code(ssrc == 1 ? 3000 : 20000))}, 20 * seq);
    }
  }
  rig.end();
  CHECK_EQ(rig.sound.size(), 8000u);
  for (size_t i = 0; i < 8000; ++i) CHECK_EQ(rig.sound.left(i), heard(3000) + heard(20000));
}

TEST(more_sources_than_fit_are_heard_one_after_the_other) {
  Rig rig;
  for (uint32_t ssrc = 1; ssrc <= 20; ++ssrc) {
    for (uint16_t seq = 0; seq < 5; ++seq) {
      const int64_t ms = 100 * (ssrc - 1) + 20 * seq;
      rig.add(kCaller, {seq, uint32_t{seq} * 160, ssrc, 8, Bytes(160, code(4000))}, ms);
    }
  }
  rig.end();
  CHECK_EQ(rig.sound.size(), 16000u);
  for (size_t i = 0; i < 16000; ++i) CHECK_EQ(rig.sound.left(i), heard(4000));
}

TEST(loud_sound_does_not_wrap) {
  Rig rig;
  for (const uint32_t ssrc : {1u, 2u, 3u}) rig.add(kCaller, {0, 0, ssrc, 8, Bytes(160, code(-30000))}, 0);
  rig.end();
  CHECK_EQ(rig.sound.left(10), -32768);
}

TEST(a_gap_is_silence_that_is_not_written) {
  Rig rig;
  rig.talk(kCaller, 0, 0);
  rig.talk(kCaller, 15001, 300'020);
  rig.end();
  CHECK_EQ(rig.sound.size(), static_cast<size_t>(8 * 300'040));
  CHECK(rig.sound.written <= 2 * 160 + static_cast<size_t>(WavWindow::kFrames));
  CHECK_EQ(rig.sound.left(rig.sound.size() - 1), heard(Rig::level(15001)));
}

TEST(a_longer_gap_and_a_clock_that_is_set_are_ten_minutes_at_most) {
  for (const int64_t hours : {1, 24, 24 * 365 * 50}) {
    Rig rig;
    rig.talk(kCaller, 0, 0);
    rig.talk(kCallee, 0, hours * 3'600'000);
    rig.talk(kCaller, 1, hours * 3'600'000);
    for (uint16_t seq = 1; seq < 50; ++seq) rig.talk(kCallee, seq, hours * 3'600'000 + 20 * seq);
    rig.end();
    const size_t begin = static_cast<size_t>(160 + WavRecording::kMostSilence);
    CHECK_EQ(rig.sound.size(), begin + 8000);
    CHECK_EQ(rig.sound.right(begin), heard(Rig::level(0)));
    CHECK_EQ(rig.sound.left(begin), heard(Rig::level(1)));
  }
}

TEST(a_clock_that_is_set_back_goes_on_at_once) {
  for (const int64_t hours : {1, 24 * 365 * 50}) {
    Rig rig;
    for (uint16_t seq = 0; seq < 100; ++seq) {
      const int64_t ms = 20 * seq - (seq < 50 ? 0 : hours * 3'600'000);
      rig.talk(kCaller, seq, ms);
      rig.talk(kCallee, seq, ms);
    }
    rig.end();
    CHECK_NEAR(static_cast<double>(rig.sound.size()), 16000, 320);
    std::vector<int16_t> all = rig.left();
    std::erase(all, int16_t{0});
    CHECK(all.size() >= 98);
  }
}

TEST(a_flood_makes_no_more_sound_than_time_has_passed) {
  Rig rig;
  for (int i = 0; i < 20000; ++i) {
    const auto seq = static_cast<uint16_t>(i);
    rig.add(kCaller, {seq, seq * 160u, 1, 0, Bytes(1000, 0)}, i / 20);
  }
  rig.end();
  CHECK(rig.sound.size() <= 8000u + 8000 + 1000);
}

TEST(a_file_has_no_more_frames_than_it_may_have) {
  Sound sound;
  WavRecording recording(&sound, 1000);
  int refused = 0;
  for (uint16_t seq = 0; seq < 20; ++seq) {
    const Bytes bytes = bytes_of({seq, seq * 160u, 1, 0, Bytes(160, 0)});
    refused += recording.add(kCaller, bytes.data(), static_cast<uint32_t>(bytes.size()), kStart + 20'000 * seq) ? 0 : 1;
  }
  recording.flush();
  CHECK_EQ(refused, 14);
  CHECK_EQ(sound.size(), 1000u);
  CHECK_EQ(recording.frames(), 1000);
}

TEST(what_packets_are) {
  const auto part = [](const Bytes& bytes) {
    return classify_for_wav(bytes.data(), static_cast<uint32_t>(bytes.size())).part;
  };
  for (const uint8_t pt : {0, 8, 9, 10, 11}) CHECK(part(bytes_of({.pt = pt})) == WavPart::kSound);
  for (const uint8_t pt : {3, 4, 18, 96, 101}) {
    const Bytes bytes = bytes_of({.pt = pt});
    CHECK(part(bytes) == WavPart::kOther);
    CHECK_EQ(classify_for_wav(bytes.data(), static_cast<uint32_t>(bytes.size())).payload_type, pt);
  }
  for (const uint8_t pt : {13, 19}) CHECK(part(bytes_of({.pt = pt})) == WavPart::kLeftOut);
  CHECK(part(bytes_of({.pt = 101, .payload = {1, 0x80, 3, 4}})) == WavPart::kLeftOut);
  CHECK(part(bytes_of({.pt = 101, .payload = {1, 0xc0, 3, 4}})) == WavPart::kOther);
  CHECK(part(bytes_of({.pt = 18, .payload = {1, 0x80, 3, 4}})) == WavPart::kOther);
  CHECK(part(bytes_of({.pt = 18, .payload = {}})) == WavPart::kLeftOut);
  CHECK(part({}) == WavPart::kLeftOut);
  CHECK(part({0, 0, 0, 0}) == WavPart::kLeftOut);
  CHECK(part({'\r', '\n'}) == WavPart::kLeftOut);
  CHECK(part({0x80, 200, 0, 1, 0, 0, 0, 1}) == WavPart::kLeftOut);
  Bytes stun(20);
  stun[1] = 1;
  std::copy_n("\x21\x12\xa4\x42", 4, stun.begin() + 4);
  CHECK(part(stun) == WavPart::kLeftOut);
  // T.38 over UDPTL.
  CHECK(part({0, 1, 5, 0xc0, 1, 0x80, 0, 0, 0}) == WavPart::kOther);
}

TEST(random_packets_are_bounded) {
  std::mt19937 random(20260401);
  for (int round = 0; round < 200; ++round) {
    Rig rig;
    int64_t ms = 0;
    int64_t passed = 0;
    uint16_t seq = 0;
    uint32_t ts = 0;
    for (int i = 0; i < 300; ++i) {
      const int64_t step =
          random() % 20 == 0 ? static_cast<int64_t>(random() % 100'000) - 50'000 : static_cast<int64_t>(random() % 40);
      ms += step;
      passed += std::abs(step);
      seq = static_cast<uint16_t>(random() % 10 == 0 ? random() : seq + 1 + random() % 3 - 1);
      ts = random() % 10 == 0 ? static_cast<uint32_t>(random()) : ts + 160;
      static constexpr uint8_t kTypes[] = {0, 8, 9, 10, 11, 13, 18, 101};
      const auto leg = static_cast<uint8_t>(random() % 2);
      Bytes payload(random() % 4 == 0 ? random() % 8000 : 160);
      for (uint8_t& byte : payload) byte = static_cast<uint8_t>(random());
      (void)rig.add(leg, {seq, ts, static_cast<uint32_t>(random() % 6), kTypes[random() % 8], payload}, ms);
      if (random() % 8 == 0) rig.recording.flush();
    }
    rig.end();
    CHECK_EQ(static_cast<int64_t>(rig.sound.size()), rig.recording.frames());
    CHECK(rig.recording.frames() <= 8 * passed + 4000 + 8000 + 300 * 2 * kWavRate);
  }
}
