#pragma once

#include <array>
#include <cstdint>

namespace rtpp {

/**
 * Which of the last 2048 extended sequence numbers were seen. Stands for the C daemon's bitmap of 131072 flags; the
 * analyzer explains why so few are enough.
 */
class SeqWindow {
 public:
  static constexpr int64_t kSize = 2048;

  int64_t newest() const { return newest_; }

  /** Forgets everything; `s` becomes the newest number and counts as seen. */
  void restart(int64_t s) {
    words_.fill(0);
    newest_ = s;
    (void)test_and_set(s);
  }

  /** Whether `s`, which must be above newest() - kSize and not above newest(), is marked. */
  bool has(int64_t s) const { return (words_[word_of(s)] >> (s & 63) & 1) != 0; }

  /** Marks `s`, which must be above newest() - kSize; true when it was marked before. */
  [[nodiscard]] bool test_and_set(int64_t s) {
    if (s > newest_) advance(s);
    uint64_t& word = words_[word_of(s)];
    const uint64_t bit = uint64_t{1} << (s & 63);
    const bool seen = (word & bit) != 0;
    word |= bit;
    return seen;
  }

 private:
  // Two's complement makes the mask right for negative numbers too.
  static size_t word_of(int64_t s) { return static_cast<size_t>(s & (kSize - 1)) / 64; }

  void advance(int64_t s) {
    int64_t i = s - newest_ < kSize ? newest_ + 1 : s - kSize + 1;
    while (i <= s) {
      const bool whole = (i & 63) == 0 && s - i >= 63;
      uint64_t& word = words_[word_of(i)];
      word = whole ? 0 : word & ~(uint64_t{1} << (i & 63));
      i += whole ? 64 : 1;
    }
    newest_ = s;
  }

  std::array<uint64_t, kSize / 64> words_{};
  int64_t newest_ = 0;
};

}  // namespace rtpp
