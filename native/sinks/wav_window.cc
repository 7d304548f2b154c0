#include "sinks/wav_window.h"

#include <algorithm>
#include <bit>

namespace rtpp {
namespace {

/** Between the byte order of this machine and that of WAV. */
int16_t little_endian(int16_t sample) {
  if constexpr (std::endian::native == std::endian::little) return sample;
  return static_cast<int16_t>(__builtin_bswap16(static_cast<uint16_t>(sample)));
}

void add(int16_t* sample, int16_t sound) {
  const int sum = little_endian(*sample) + sound;
  *sample = little_endian(static_cast<int16_t>(std::clamp(sum, -32768, 32767)));
}

}  // namespace

bool WavWindow::mix(size_t channel, int64_t at, std::span<const int16_t> sound) {
  if (at < begin_) {
    sound = sound.subspan(std::min(sound.size(), static_cast<size_t>(begin_ - at)));
    at = begin_;
  }
  const auto room = static_cast<size_t>(std::max<int64_t>(most_ - at, 0));
  const bool fits = sound.size() <= room;
  if (!fits) sound = sound.first(room);
  while (!sound.empty()) {
    const std::span<const int16_t> part = sound.first(std::min(sound.size(), static_cast<size_t>(kFrames)));
    const int64_t end = at + static_cast<int64_t>(part.size());
    make_room(end);
    for (const int16_t sample : part) add(&samples_[place(at++) + channel], sample);
    changed_from_ = std::min(changed_from_, end - static_cast<int64_t>(part.size()));
    changed_to_ = std::max(changed_to_, end);
    end_ = std::max(end_, end);
    sound = sound.subspan(part.size());
  }
  return fits;
}

void WavWindow::flush() {
  if (changed_from_ >= changed_to_) return;
  const size_t from = place(changed_from_);
  const size_t count = static_cast<size_t>(changed_to_ - changed_from_) * kWavChannels;
  const std::span<const int16_t> all(samples_);
  const size_t to_end = std::min(count, all.size() - from);
  output_->put(changed_from_, all.subspan(from, to_end), all.first(count - to_end));
  changed_from_ = INT64_MAX;
  changed_to_ = 0;
}

/** Moves the window so far on that it ends there; what it loses is put out before. */
void WavWindow::make_room(int64_t end) {
  if (samples_.empty()) samples_.resize(static_cast<size_t>(kFrames) * kWavChannels);
  const int64_t begin = end - kFrames;
  if (begin <= begin_) return;
  flush();
  for (int64_t frame = begin_; frame < std::min(begin, begin_ + kFrames); ++frame) {
    std::fill_n(samples_.begin() + static_cast<ptrdiff_t>(place(frame)), kWavChannels, int16_t{0});
  }
  begin_ = begin;
}

}  // namespace rtpp
