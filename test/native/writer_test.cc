#include "sinks/writer.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "sinks/record_adhoc.h"
#include "sinks/record_pcap.h"
#include "writer_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** Records a packet of `len` bytes that begin with `number`. */
void record(Writer* writer, RecordFile* file, uint32_t number, uint32_t len = 172) {
  std::vector<uint8_t> data(len);
  std::memcpy(data.data(), &number, sizeof number);
  Endpoint source;
  source.family = 4;
  source.port = 5000;
  writer->record(file, {data.data(), len, source, source, 1'000'000});
}

/** The numbers of the packets in an ad-hoc recording of packets of one length. */
std::vector<uint32_t> numbers(const std::string& content, uint32_t len = 172) {
  const size_t step = kAdhocHeader + len;
  CHECK_EQ(content.size() % step, 0u);
  std::vector<uint32_t> all;
  for (size_t at = 0; at + step <= content.size(); at += step) {
    uint32_t number;
    std::memcpy(&number, content.data() + at + kAdhocHeader, sizeof number);
    all.push_back(number);
  }
  return all;
}

}  // namespace

TEST(everything_is_written_before_a_file_is_closed) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, memory.share());
  const uint32_t id = file->id;
  CHECK(writer.find(id) == file);
  for (uint32_t i = 0; i < 5000; ++i) record(&writer, file, i);
  writer.finish(file);
  const RecordReport report = next_report(&writer, &listener);
  CHECK(report.kind == RecordNews::kClosed);
  CHECK_EQ(report.file, id);
  CHECK_EQ(report.error, 0);
  CHECK_EQ(report.written, 5000u);
  CHECK_EQ(report.lost, 0u);
  CHECK(writer.find(id) == nullptr);
  CHECK_EQ(writer.written(), 5000u);
  const std::vector<uint32_t> all = numbers(memory.content());
  CHECK_EQ(all.size(), 5000u);
  for (uint32_t i = 0; i < all.size(); ++i) CHECK_EQ(all[i], i);
}

TEST(records_reach_an_open_file_by_themselves) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, memory.share());
  record(&writer, file, 7);
  for (int i = 0; i < 200 && memory.content().empty(); ++i) ::usleep(10'000);
  CHECK_EQ(numbers(memory.content()).size(), 1u);
  writer.finish(file);
}

TEST(the_records_of_a_pcap_file_come_behind_its_header) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, memory.share(), RecordFormat::kPcap);
  record(&writer, file, 1, 100);
  record(&writer, file, 2, 0 + 4);
  writer.finish(file);
  CHECK(writer.stop());
  CHECK_EQ(memory.content().size(), pcap_file_header().size() + 2 * kPcapHeaderV4 + 104);
}

TEST(ipv4_identifications_count_over_all_pcap_files) {
  Listener listener;
  Writer writer(2, &listener);
  const MemoryFile memory[2];
  RecordFile* const files[2] = {add(&writer, memory[0].share(), RecordFormat::kPcap, 0),
                                add(&writer, memory[1].share(), RecordFormat::kPcap, 1)};
  for (uint32_t i = 0; i < 6; ++i) record(&writer, files[i % 2], i, 100);
  for (RecordFile* file : files) writer.finish(file);
  CHECK(writer.stop());
  for (size_t i = 0; i < 6; ++i) {
    const size_t at = pcap_file_header().size() + i / 2 * (kPcapHeaderV4 + 100) + 30 + 4;
    CHECK_EQ(memory[i % 2].content()[at + 1], static_cast<char>(i));
  }
}

TEST(many_files_of_two_workers) {
  static constexpr size_t kFiles = 50;
  Listener listener;
  Writer writer(2, &listener);
  const std::vector<MemoryFile> memory(kFiles);
  std::vector<RecordFile*> files;
  for (size_t i = 0; i < kFiles; ++i) files.push_back(add(&writer, memory[i].share(), RecordFormat::kAdhoc, i % 2));
  for (uint32_t i = 0; i < 100 * kFiles; ++i) record(&writer, files[i % kFiles], i / kFiles);
  for (RecordFile* file : files) writer.finish(file);
  for (size_t i = 0; i < kFiles; ++i) CHECK_EQ(next_report(&writer, &listener).written, 100u);
  for (const MemoryFile& one : memory) {
    const std::vector<uint32_t> all = numbers(one.content());
    CHECK_EQ(all.size(), 100u);
    for (uint32_t i = 0; i < all.size(); ++i) CHECK_EQ(all[i], i);
  }
}

TEST(more_reports_than_fit_the_ring) {
  static constexpr size_t kFiles = 3000;
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  std::vector<RecordFile*> files;
  for (size_t i = 0; i < 100; ++i) files.push_back(add(&writer, memory.share()));
  size_t closed = 0;
  for (size_t round = 0; round < kFiles / 100; ++round) {
    for (RecordFile* file : files) writer.finish(file);
    for (RecordFile*& file : files) file = add(&writer, memory.share());
  }
  for (; closed < kFiles; ++closed) CHECK(next_report(&writer, &listener).kind == RecordNews::kClosed);
  for (RecordFile* file : files) writer.finish(file);
}

TEST(a_full_disk_is_reported_once_and_counted) {
  Listener listener;
  Writer writer(1, &listener);
  RecordFile* file = add(&writer, Fd(::open("/dev/full", O_WRONLY | O_CLOEXEC)));
  record(&writer, file, 1);
  const RecordReport trouble = next_report(&writer, &listener);
  CHECK(trouble.kind == RecordNews::kTrouble);
  CHECK_EQ(trouble.error, ENOSPC);
  for (uint32_t i = 0; i < 9; ++i) record(&writer, file, i);
  writer.finish(file);
  const RecordReport closed = next_report(&writer, &listener);
  CHECK(closed.kind == RecordNews::kClosed);
  CHECK_EQ(closed.error, ENOSPC);
  CHECK_EQ(closed.written, 0u);
  CHECK_EQ(closed.lost, 10u);
  CHECK_EQ(writer.lost(), 10u);
}

TEST(a_file_that_cannot_grow_ends_behind_a_whole_record) {
  rlimit before;
  CHECK_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  Listener listener;
  Writer writer(1, &listener);
  FILE* const disk = std::tmpfile();
  RecordFile* file = add(&writer, Fd(::fcntl(::fileno(disk), F_DUPFD_CLOEXEC, 0)));
  CHECK_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  for (uint32_t i = 0; i < 20; ++i) record(&writer, file, i);
  writer.finish(file);
  RecordReport report;
  do {
    report = next_report(&writer, &listener);
    CHECK_EQ(report.error, EFBIG);
  } while (report.kind != RecordNews::kClosed);
  CHECK_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  CHECK_EQ(report.written, 4u);
  CHECK_EQ(report.lost, 16u);
  struct stat info;
  CHECK_EQ(::fstat(::fileno(disk), &info), 0);
  CHECK_EQ(static_cast<size_t>(info.st_size), 4 * (kAdhocHeader + 172));
  std::fclose(disk);
}

TEST(a_flood_loses_exactly_what_is_counted) {
  Listener listener;
  Writer writer(1, &listener);
  const MemoryFile memory;
  RecordFile* file = add(&writer, memory.share());
  static constexpr uint32_t kRecords = 100'000;
  for (uint32_t i = 0; i < kRecords; ++i) record(&writer, file, i);
  writer.finish(file);
  RecordReport report;
  do report = next_report(&writer, &listener);
  while (report.kind != RecordNews::kClosed);
  CHECK_EQ(report.written + report.lost, kRecords);
  CHECK_EQ(report.lost, writer.lost());
  CHECK_EQ(report.error, report.lost > 0 ? ENOBUFS : 0);
  const std::vector<uint32_t> all = numbers(memory.content());
  CHECK_EQ(all.size(), report.written);
  for (size_t i = 1; i < all.size(); ++i) CHECK(all[i] > all[i - 1]);
}

TEST(stop_writes_what_waits) {
  Listener listener;
  const MemoryFile memory;
  {
    Writer writer(1, &listener);
    RecordFile* file = add(&writer, memory.share());
    record(&writer, file, 3);
    CHECK(writer.stop());
    CHECK(writer.stop());
  }
  CHECK_EQ(numbers(memory.content()).size(), 1u);
}
