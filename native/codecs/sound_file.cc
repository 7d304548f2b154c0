#include "codecs/sound_file.h"

#include <cerrno>
#include <cstring>

#include "codecs/shared_library.h"

namespace rtpp {
namespace {

/** SF_INFO of sndfile.h. */
struct SoundInfo {
  int64_t frames;
  int sample_rate;
  int channels;
  int format;
  int sections;
  int seekable;
};
constexpr int kWriteMode = 0x20;
constexpr int kSampleRate = 8000;
/** Samples that are written at once: VOX ADPCM loses some of more, and adds some to an odd number. */
constexpr size_t kPart = 1024;

struct Library {
  SharedLibrary library{"libsndfile.so.1"};
  void* (*open)(const char* path, int mode, SoundInfo* info);
  int (*close)(void*);
  int64_t (*write)(void*, const int16_t* samples, int64_t count);
  int (*check)(const SoundInfo* info);
  const char* (*error)(void*);

  Library() {
    library.get("sf_open", &open);
    library.get("sf_close", &close);
    library.get("sf_write_short", &write);
    library.get("sf_format_check", &check);
    library.get("sf_strerror", &error);
  }
};

const Library& sndfile() {
  static const Library instance;
  return instance;
}

SoundInfo info_of(int format, int channels) {
  return {
      .frames = 0, .sample_rate = kSampleRate, .channels = channels, .format = format, .sections = 0, .seekable = 0};
}

/** What the system says, or else what the library does. */
std::string failure(void* file) { return errno != 0 ? std::strerror(errno) : sndfile().error(file); }

}  // namespace

const std::string& sound_file_error() { return sndfile().library.error(); }

bool knows_sound_format(int format, int channels) {
  const SoundInfo info = info_of(format, channels);
  return sndfile().library.loaded() && sndfile().check(&info) != 0;
}

void SoundFileRelease::operator()(void* file) const { (void)sndfile().close(file); }

std::string SoundFile::open(const std::string& path, int format, int channels) {
  if (!sndfile().library.loaded()) return sndfile().library.error();
  SoundInfo info = info_of(format, channels);
  errno = 0;
  file_.reset(sndfile().open(path.c_str(), kWriteMode, &info));
  return file_ == nullptr ? failure(nullptr) : std::string();
}

std::string SoundFile::write(std::span<const int16_t> samples) {
  if (file_ == nullptr) return "the file is not open";
  waiting_.insert(waiting_.end(), samples.begin(), samples.end());
  std::span<const int16_t> rest = waiting_;
  std::string failed;
  for (; rest.size() >= kPart && failed.empty(); rest = rest.subspan(kPart)) failed = put(rest.first(kPart));
  waiting_.erase(waiting_.begin(), waiting_.end() - static_cast<ptrdiff_t>(rest.size()));
  return failed;
}

std::string SoundFile::put(std::span<const int16_t> samples) {
  const auto count = static_cast<int64_t>(samples.size());
  errno = 0;
  // Some encodings count wrongly: only what the system refused has failed.
  const bool short_count = sndfile().write(file_.get(), samples.data(), count) != count;
  return short_count && errno != 0 ? failure(file_.get()) : std::string();
}

std::string SoundFile::close() {
  if (file_ == nullptr) return "the file is not open";
  const std::string failed = put(waiting_);
  waiting_.clear();
  errno = 0;
  const bool closed = sndfile().close(file_.release()) == 0;
  return closed || !failed.empty() ? failed : failure(nullptr);
}

}  // namespace rtpp
