#include "sinks/wav_file.h"

#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "sinks/disk_error.h"

namespace rtpp {
namespace {

off_t place_of(int64_t frame) { return static_cast<off_t>(sizeof(WavHeader)) + frame * off_t{kWavFrame}; }

iovec vector_of(std::span<const int16_t> samples) {
  return {const_cast<int16_t*>(samples.data()), samples.size_bytes()};
}

}  // namespace

void WavFile::add(const RecordedPacket& packet, WavPart part) {
  if (part == WavPart::kSound) ++pending_;
  if (!full_ && sound_.add(packet.leg, packet.data, packet.len, packet.wall_us)) return;
  if (!std::exchange(full_, true)) sound_.flush();
  fail(EFBIG);
}

void WavFile::write() {
  sound_.flush();
  // What was left out altogether has been dealt with too.
  count(!broken_);
  write_header();
}

void WavFile::settle() {
  if (!sound_.settle()) full_ = true;
  write();
}

WavOutcome WavFile::outcome() { return std::exchange(outcome_, {}); }

void WavFile::put(int64_t at, std::span<const int16_t> first, std::span<const int16_t> second) {
  if (broken_) return count(false);
  const std::array<iovec, 2> vectors = {vector_of(first), vector_of(second)};
  const size_t size = first.size_bytes() + second.size_bytes();
  ssize_t n = 0;
  do {
    n = ::pwritev(fd_, vectors.data(), vectors.size(), place_of(at));
  } while (n < 0 && errno == EINTR);
  int error = n < 0 ? errno : 0;
  const auto done = static_cast<size_t>(std::max<ssize_t>(n, 0));
  const off_t end = place_of(at) + static_cast<off_t>(done);
  if (done >= kWavFrame) length_ = std::max(length_, at + static_cast<int64_t>(done / kWavFrame));
  if (done == size) return count(true);
  if (error == 0) error = end >= place_of(length_) ? reason_to_stop(fd_, end) : ENOSPC;
  // Part of a frame must not stay, or sound that is written further on would begin in the middle of one.
  (void)!::ftruncate(fd_, place_of(length_));
  fail(error);
}

void WavFile::fail(int error) {
  if (outcome_.error == 0) outcome_.error = error;
  broken_ = broken_ || !may_pass(error);
  count(false);
}

void WavFile::count(bool written) { (written ? outcome_.written : outcome_.unwritten) += std::exchange(pending_, 0); }

void WavFile::write_header() {
  if (told_ == length_) return;
  const WavHeader header = wav_header(length_);
  if (::pwrite(fd_, header.data(), header.size(), 0) == static_cast<ssize_t>(header.size())) told_ = length_;
}

}  // namespace rtpp
