#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rtpp {

// Audio files by libsndfile (Debian: libsndfile1), 8000 Hz. `format`: container and encoding, as it numbers them.

/** Why libsndfile cannot be used; empty when it can. */
const std::string& sound_file_error();

/** True when the library knows such files. That it can write them shows when one is opened. */
bool knows_sound_format(int format, int channels);

struct SoundFileRelease {
  void operator()(void* file) const;
};

/** An audio file that is written. Each step tells what failed; empty: nothing. */
class SoundFile {
 public:
  std::string open(const std::string& path, int format, int channels);
  /** Whole frames, channels side by side. */
  std::string write(std::span<const int16_t> samples);
  std::string close();

 private:
  std::string put(std::span<const int16_t> samples);

  std::unique_ptr<void, SoundFileRelease> file_;
  /** Less than is written at once. */
  std::vector<int16_t> waiting_;
};

}  // namespace rtpp
