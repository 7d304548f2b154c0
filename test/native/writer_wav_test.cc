#include <fcntl.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "check.h"
#include "sinks/record_adhoc.h"
#include "sinks/record_pcap.h"
#include "sinks/writer.h"
#include "writer_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr uint8_t kCallee = 0;
constexpr uint8_t kCaller = 1;
constexpr int64_t kStart = 1'700'000'000'000'000;
constexpr uint8_t kG729 = 18;
constexpr size_t kPacket = 12 + 160;
/** A code of A-law that is loud. */
constexpr char kLoud = 0x2a;

/** Records 20 ms of a leg, the packet `seq` of a stream that began with the recording. */
void record(Writer* writer, RecordFile* file, uint8_t leg, uint32_t seq, uint8_t pt = 8) {
  uint8_t data[kPacket];
  std::memset(data, kLoud, sizeof data);
  const uint32_t ts = seq * 160;
  const uint8_t header[] = {0x80,
                            pt,
                            static_cast<uint8_t>(seq >> 8),
                            static_cast<uint8_t>(seq),
                            static_cast<uint8_t>(ts >> 24),
                            static_cast<uint8_t>(ts >> 16),
                            static_cast<uint8_t>(ts >> 8),
                            static_cast<uint8_t>(ts),
                            0,
                            0,
                            0,
                            leg};
  std::memcpy(data, header, sizeof header);
  Endpoint source;
  source.family = 4;
  source.port = 5000;
  writer->record(file, {data, kPacket, source, source, kStart + int64_t{seq} * 20'000, leg});
}

/** A file as its opener hands it over. */
Fd headed(Fd fd) {
  const std::span<const uint8_t> header = file_header(RecordFormat::kWav);
  CHECK_EQ(::pwrite(fd.get(), header.data(), header.size(), 0), static_cast<ssize_t>(header.size()));
  return fd;
}

/** Frames by the header; the file has to have them. */
size_t frames(const std::string& content) {
  CHECK(content.size() >= sizeof(WavHeader));
  uint32_t bytes = 0;
  for (size_t i = 0; i < 4; ++i) bytes |= static_cast<uint32_t>(static_cast<uint8_t>(content[40 + i])) << (8 * i);
  CHECK(content.size() >= sizeof(WavHeader) + bytes);
  return bytes / kWavFrame;
}

int16_t sample(const std::string& content, size_t frame, size_t channel) {
  int16_t value;
  std::memcpy(&value, content.data() + sizeof(WavHeader) + frame * kWavFrame + 2 * channel, sizeof value);
  return value;
}

/** Reports until so many files are closed. */
std::vector<RecordReport> reports(Writer* writer, Listener* listener, int closed) {
  std::vector<RecordReport> all;
  while (closed > 0) {
    all.push_back(next_report(writer, listener));
    closed -= all.back().kind == RecordNews::kClosed ? 1 : 0;
  }
  return all;
}

}  // namespace

TEST(both_legs_are_in_one_file) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  for (uint32_t seq = 0; seq < 500; ++seq) {
    record(&writer, file, kCaller, seq);
    if (seq >= 250) record(&writer, file, kCallee, seq);
  }
  writer.finish(file);
  const RecordReport report = next_report(&writer, &listener);
  CHECK(report.kind == RecordNews::kClosed);
  CHECK_EQ(report.written, 750u);
  CHECK_EQ(report.lost, 0u);
  CHECK_EQ(report.error, 0);
  CHECK_EQ(writer.written(), 750u);
  const std::string content = memory.content();
  CHECK_EQ(frames(content), 80'000u);
  CHECK_EQ(content.size(), sizeof(WavHeader) + 80'000 * kWavFrame);
  CHECK(sample(content, 0, 0) != 0 && sample(content, 79'999, 0) != 0);
  CHECK_EQ(sample(content, 39'999, 1), 0);
  CHECK(sample(content, 40'000, 1) != 0);
}

TEST(an_open_file_is_a_whole_one) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  CHECK_EQ(frames(memory.content()), 0u);
  for (uint32_t seq = 0; seq < 3; ++seq) {
    record(&writer, file, kCaller, seq);
    for (int i = 0; i < 500 && frames(memory.content()) < 160 * (seq + 1); ++i) ::usleep(10'000);
    CHECK_EQ(frames(memory.content()), 160u * (seq + 1));
  }
  // A packet that waits for one before it is heard when nothing more comes.
  record(&writer, file, kCaller, 4);
  for (int i = 0; i < 500 && frames(memory.content()) < 800; ++i) ::usleep(10'000);
  CHECK_EQ(frames(memory.content()), 800u);
  writer.finish(file);
}

TEST(what_is_no_sound_goes_to_its_companions) {
  for (const RecordFormat format : {RecordFormat::kAdhoc, RecordFormat::kPcap}) {
    Listener listener;
    Writer writer(1, &listener);
    const MemoryFile memory;
    const MemoryFile beside[2];
    RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
    for (uint32_t seq = 0; seq < 10; ++seq) {
      record(&writer, file, kCaller, seq);
      record(&writer, file, kCallee, seq, kG729);
    }
    const RecordReport asked = next_report(&writer, &listener);
    CHECK(asked.kind == RecordNews::kUndecoded);
    CHECK_EQ(asked.payload_type, kG729);
    RecordFile* companions[2];
    for (const int leg : {kCallee, kCaller}) {
      companions[leg] = writer.add_companion(beside[leg].share(), format);
      CHECK(Writer::is_free_companion(*companions[leg]));
    }
    // The end of the recording waits for the answer.
    writer.finish(file);
    writer.divert(file, companions[0], companions[1]);
    const std::vector<RecordReport> all = reports(&writer, &listener, 3);
    CHECK_EQ(all.size(), 3u);
    uint64_t written = 0;
    for (const RecordReport& report : all) {
      CHECK_EQ(report.lost, 0u);
      written += report.written;
    }
    CHECK_EQ(written, 20u);
    const size_t step = (format == RecordFormat::kPcap ? kPcapHeaderV4 : kAdhocHeader) + kPacket;
    // A companion has no header of its own here: its opener writes it.
    const size_t begin = file_header(format).size();
    CHECK_EQ(beside[kCallee].content().size(), begin + 10 * step);
    CHECK_EQ(beside[kCaller].content().size(), 0u);
    CHECK_EQ(frames(memory.content()), 1600u);
  }
}

TEST(one_companion_may_serve_both_legs) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  const MemoryFile beside;
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  record(&writer, file, kCaller, 0, kG729);
  CHECK(next_report(&writer, &listener).kind == RecordNews::kUndecoded);
  RecordFile* companion = writer.add_companion(beside.share(), RecordFormat::kAdhoc);
  writer.divert(file, companion, companion);
  CHECK(!Writer::is_free_companion(*companion));
  // What has waited is there soon, without further packets.
  for (int i = 0; i < 500 && beside.content().empty(); ++i) ::usleep(10'000);
  CHECK_EQ(beside.content().size(), kAdhocHeader + kPacket);
  for (uint32_t seq = 1; seq < 5000; ++seq) record(&writer, file, seq % 2, seq, kG729);
  writer.finish(file);
  const std::vector<RecordReport> all = reports(&writer, &listener, 2);
  CHECK_EQ(all[0].written + all[1].written, 5000u);
  CHECK_EQ(beside.content().size(), 5000 * (kAdhocHeader + kPacket));
}

TEST(without_companions_packets_are_lost_and_counted) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  for (uint32_t seq = 0; seq < 10; ++seq) record(&writer, file, kCaller, seq, kG729);
  CHECK(next_report(&writer, &listener).kind == RecordNews::kUndecoded);
  writer.divert(file, nullptr, nullptr);
  for (uint32_t seq = 10; seq < 20; ++seq) record(&writer, file, kCaller, seq, seq < 15 ? 8 : kG729);
  writer.finish(file);
  const std::vector<RecordReport> all = reports(&writer, &listener, 1);
  CHECK(all.front().kind == RecordNews::kTrouble);
  CHECK_EQ(all.back().written, 5u);
  CHECK_EQ(all.back().lost, 15u);
}

TEST(packets_that_wait_are_bounded) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  const MemoryFile beside;
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  static constexpr uint32_t kPackets = 5000;
  for (uint32_t seq = 0; seq < kPackets; ++seq) record(&writer, file, kCaller, seq, kG729);
  RecordReport report;
  do report = next_report(&writer, &listener);
  while (report.kind != RecordNews::kTrouble);
  CHECK_EQ(report.error, ENOBUFS);
  RecordFile* companion = writer.add_companion(beside.share(), RecordFormat::kAdhoc);
  writer.divert(file, nullptr, companion);
  writer.finish(file);
  uint64_t written = 0;
  uint64_t lost = 0;
  for (const RecordReport& each : reports(&writer, &listener, 2)) {
    if (each.kind != RecordNews::kClosed) continue;
    written += each.written;
    lost += each.lost;
  }
  CHECK_EQ(written + lost, kPackets);
  CHECK(written > 500 && written < 2000);
  CHECK_EQ(beside.content().size(), written * (kAdhocHeader + kPacket));
}

TEST(stop_does_not_wait_for_an_answer) {
  Listener listener;
  const MemoryFile memory;
  Writer writer(1, &listener);
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  record(&writer, file, kCaller, 0);
  record(&writer, file, kCaller, 1, kG729);
  writer.finish(file);
  CHECK(next_report(&writer, &listener).kind == RecordNews::kUndecoded);
  CHECK(writer.stop());
  RecordReport report;
  do CHECK(writer.next_report(&report));
  while (report.kind != RecordNews::kClosed);
  CHECK_EQ(report.written, 1u);
  CHECK_EQ(report.lost, 1u);
  CHECK_EQ(frames(memory.content()), 160u);
}

TEST(a_disk_without_room_is_reported_once_and_counted) {
  Listener listener;
  Writer writer(1, &listener);
  RecordFile* file = add(&writer, Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC)), RecordFormat::kWav);
  record(&writer, file, kCaller, 0);
  const RecordReport trouble = next_report(&writer, &listener);
  CHECK(trouble.kind == RecordNews::kTrouble);
  CHECK_EQ(trouble.error, ENOSPC);
  for (uint32_t seq = 1; seq < 10; ++seq) record(&writer, file, kCaller, seq);
  writer.finish(file);
  const RecordReport closed = next_report(&writer, &listener);
  CHECK(closed.kind == RecordNews::kClosed);
  CHECK_EQ(closed.error, ENOSPC);
  CHECK_EQ(closed.written, 0u);
  CHECK_EQ(closed.lost, 10u);
}

TEST(a_file_that_cannot_grow_ends_behind_a_whole_frame) {
  rlimit before;
  CHECK_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{44 + 1601, before.rlim_max};
  Listener listener;
  Writer writer(1, &listener);
  FILE* const disk = std::tmpfile();
  RecordFile* file = add(&writer, headed(Fd(::fcntl(::fileno(disk), F_DUPFD_CLOEXEC, 0))), RecordFormat::kWav);
  CHECK_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  for (uint32_t seq = 0; seq < 20; ++seq) record(&writer, file, kCaller, seq);
  writer.finish(file);
  const std::vector<RecordReport> all = reports(&writer, &listener, 1);
  CHECK_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  for (const RecordReport& report : all) CHECK_EQ(report.error, EFBIG);
  CHECK_EQ(all.back().written + all.back().lost, 20u);
  struct stat info;
  CHECK_EQ(::fstat(::fileno(disk), &info), 0);
  CHECK_EQ(static_cast<size_t>(info.st_size), 44u + 1600);
  std::string content(static_cast<size_t>(info.st_size), '\0');
  CHECK_EQ(::pread(::fileno(disk), content.data(), content.size(), 0), info.st_size);
  CHECK_EQ(frames(content), 400u);
  std::fclose(disk);
}

TEST(sound_that_could_not_be_written_makes_a_file_no_longer) {
  rlimit before;
  CHECK_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  // The thread of a writer has all signals blocked, this one has not.
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1000, before.rlim_max};
  FILE* const disk = std::tmpfile();
  const Fd fd = headed(Fd(::fcntl(::fileno(disk), F_DUPFD_CLOEXEC, 0)));
  WavFile file(fd.get());
  const std::vector<int16_t> frames(400);
  file.put(0, frames, {});
  CHECK_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  file.put(1000, frames, {});
  CHECK_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  CHECK_EQ(file.outcome().error, EFBIG);
  struct stat info;
  CHECK_EQ(::fstat(fd.get(), &info), 0);
  CHECK_EQ(static_cast<size_t>(info.st_size), 44u + 800);
  std::fclose(disk);
}

TEST(four_gigabytes_are_the_end) {
  // Pauses of ten minutes lead there; they are holes.
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, headed(memory.share()), RecordFormat::kWav);
  static constexpr uint32_t kPackets = 240;
  static constexpr uint32_t kPause = 600 * 50;
  for (uint32_t i = 0; i < kPackets; ++i) record(&writer, file, kCaller, i * kPause);
  writer.finish(file);
  const std::vector<RecordReport> all = reports(&writer, &listener, 1);
  CHECK_EQ(all.back().error, EFBIG);
  CHECK_EQ(all.back().written + all.back().lost, kPackets);
  CHECK(all.back().lost > 10 && all.back().lost < 20);
  struct stat info;
  CHECK_EQ(::fstat(memory.fd.get(), &info), 0);
  CHECK(info.st_size <= int64_t{UINT32_MAX} + 8);
  CHECK(info.st_blocks < 20'000);
  uint8_t header[44];
  CHECK_EQ(::pread(memory.fd.get(), header, sizeof header, 0), 44);
  uint32_t bytes;
  std::memcpy(&bytes, header + 40, sizeof bytes);
  CHECK_EQ(int64_t{bytes} + 44, info.st_size);
}
