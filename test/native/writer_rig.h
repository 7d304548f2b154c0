#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "check.h"
#include "sinks/writer.h"

// What tests of the writer share.

namespace rtpp::test {

/** Lets a test wait for reports. */
class Listener : public WriterListener {
 public:
  void reports_pending() override {
    count_.fetch_add(1, std::memory_order_release);
    count_.notify_one();
  }
  void wait() {
    count_.wait(0, std::memory_order_acquire);
    count_.store(0, std::memory_order_relaxed);
  }

 private:
  std::atomic<uint32_t> count_{0};
};

/** The next report, waited for. */
inline RecordReport next_report(Writer* writer, Listener* listener) {
  RecordReport report;
  while (!writer->next_report(&report)) listener->wait();
  return report;
}

/** A file in memory, by a descriptor of our own that stays open. */
struct MemoryFile {
  MemoryFile() : fd(::memfd_create("recording", MFD_CLOEXEC)) {}
  Fd share() const { return Fd(::fcntl(fd.get(), F_DUPFD_CLOEXEC, 0)); }
  std::string content() const {
    struct stat info;
    CHECK_EQ(::fstat(fd.get(), &info), 0);
    std::string bytes(static_cast<size_t>(info.st_size), '\0');
    CHECK_EQ(::pread(fd.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
    return bytes;
  }
  const Fd fd;
};

inline RecordFile* add(Writer* writer, Fd fd, RecordFormat format = RecordFormat::kAdhoc, uint32_t worker = 0) {
  RecordFile* file = nullptr;
  CHECK_EQ(writer->add(worker, std::move(fd), format, &file), 0);
  return file;
}

}  // namespace rtpp::test
