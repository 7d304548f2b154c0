#include "sinks/writer.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/thread.h"
#include "sinks/disk_error.h"
#include "sinks/record_adhoc.h"
#include "sinks/record_pcap.h"

namespace rtpp {
namespace {

/** Longest time that a record waits for being written while the disk keeps up. */
constexpr int kFlushMs = 250;
/** How long the end of the daemon waits for a disk that does not answer. */
constexpr int kStopSeconds = 5;

int payload_type_of(const RecordFile& file) {
  const uint8_t type = file.companions->payload_type;
  return type == WavVerdict::kNotRtp ? -1 : type;
}

}  // namespace

Writer::Writer(uint32_t workers, WriterListener* listener)
    : workers_(workers), listener_(listener), queues_(std::make_unique<std::atomic<RecordQueue*>[]>(workers)) {}

Writer::~Writer() {
  (void)stop();
  for (uint32_t i = 0; i < workers_; ++i) delete queues_[i].load(std::memory_order_relaxed);
}

int Writer::start() {
  if (started_) return 0;
  event_.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event_.valid()) return errno;
  const int error = start_thread(
      &thread_, "rtp-record",
      [](void* self) -> void* {
        static_cast<Writer*>(self)->run();
        return nullptr;
      },
      this);
  started_ = error == 0;
  return error;
}

size_t record_header_size(RecordFormat format, const RecordedPacket& packet) {
  switch (format) {
    case RecordFormat::kPcap:
      return pcap_header_size(packet.source.family);
    case RecordFormat::kWav:
      return sizeof(WavRecord);
    case RecordFormat::kAdhoc:
      break;
  }
  return kAdhocHeader;
}

std::span<const uint8_t> file_header(RecordFormat format) {
  static const WavHeader kEmptyWav = wav_header(0);
  switch (format) {
    case RecordFormat::kPcap:
      return pcap_file_header();
    case RecordFormat::kWav:
      return kEmptyWav;
    case RecordFormat::kAdhoc:
      break;
  }
  return {};
}

int Writer::open_queue(uint32_t worker) {
  if (queues_[worker].load(std::memory_order_relaxed) != nullptr) return 0;
  int error = 0;
  std::unique_ptr<RecordQueue> queue = RecordQueue::create(kQueueBytes, &error);
  queues_[worker].store(queue.release(), std::memory_order_release);
  return error;
}

int Writer::add(uint32_t worker, Fd fd, RecordFormat format, RecordFile** out) {
  if (const int error = start(); error != 0) return error;
  if (const int error = open_queue(worker); error != 0) return error;
  *out = insert(std::move(fd), format, queues_[worker].load(std::memory_order_relaxed));
  return 0;
}

RecordFile* Writer::insert(Fd fd, RecordFormat format, RecordQueue* queue) {
  do {
    last_id_ = last_id_ == kMaxId ? 1 : last_id_ + 1;
  } while (files_.contains(last_id_));
  auto file = std::make_unique<RecordFile>(this, last_id_, format, queue, std::move(fd));
  file->size = file_header(format).size();
  return files_.emplace(last_id_, std::move(file)).first->second.get();
}

RecordFile* Writer::find(uint32_t id) {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : found->second.get();
}

bool Writer::next_report(RecordReport* out) {
  if (!reports_.pop(out)) return false;
  if (out->kind == RecordNews::kClosed) files_.erase(out->file);
  return true;
}

bool Writer::stop() {
  if (!started_) return true;
  stopping_.store(true, std::memory_order_release);
  wake();
  timespec deadline;
  ::clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += kStopSeconds;
  if (::pthread_timedjoin_np(thread_, nullptr, &deadline) != 0) {
    const std::lock_guard<std::mutex> lock(listener_mutex_);
    listener_ = nullptr;
    return false;
  }
  started_ = false;
  return true;
}

void Writer::record(RecordFile* file, const RecordedPacket& packet) {
  const size_t header = record_header_size(file->format, packet);
  const auto size = static_cast<uint32_t>(header + packet.len);
  const size_t footprint = RecordQueue::footprint(size);
  const bool room = file->queued.get() - file->released.get() + footprint <= kFileBytes;
  QueuedRecord* record = room ? file->queue->reserve({file, size}) : nullptr;
  if (record == nullptr) {
    file->dropped.add();
    file->queue->dropped.add();
    return;
  }
  encode_header(file->format, packet, record->data());
  std::memcpy(record->data() + header, packet.data, packet.len);
  file->queued.add(footprint);
  if (file->queue->commit()) wake();
}

void Writer::encode_header(RecordFormat format, const RecordedPacket& packet, uint8_t* out) {
  if (format == RecordFormat::kPcap) {
    const bool v4 = packet.source.family != 6;
    encode_pcap_header(packet, v4 ? next_ipv4_id_.fetch_add(1, std::memory_order_relaxed) : 0, out);
  } else if (format == RecordFormat::kWav) {
    const WavRecord header = WavRecord::of(packet);
    std::memcpy(out, &header, sizeof header);
  } else {
    encode_adhoc_header(packet, out);
  }
}

void Writer::finish(RecordFile* file) {
  RecordFile* head = finished_.load(std::memory_order_relaxed);
  do {
    file->next_finished = head;
  } while (!finished_.compare_exchange_weak(head, file, std::memory_order_release, std::memory_order_relaxed));
  wake();
}

uint64_t Writer::lost() const {
  uint64_t sum = unwritten_.get();
  for (uint32_t i = 0; i < workers_; ++i) {
    const RecordQueue* queue = queues_[i].load(std::memory_order_acquire);
    if (queue != nullptr) sum += queue->dropped.get();
  }
  return sum;
}

void Writer::wake() {
  const uint64_t one = 1;
  (void)!::write(event_.get(), &one, sizeof one);
}

void Writer::run() {
  for (;;) {
    const bool last = stopping_.load(std::memory_order_acquire);
    // Taken before the queues are: all records of these files are in them by now.
    RecordFile* finished = finished_.exchange(nullptr, std::memory_order_acquire);
    for (uint32_t i = 0; i < workers_; ++i) {
      RecordQueue* queue = queues_[i].load(std::memory_order_acquire);
      if (queue != nullptr) drain(queue);
    }
    look_after_sound();
    close_finished(finished, last);
    if (reported_) tell_listener();
    if (last) return;
    pollfd waiting{event_.get(), POLLIN, 0};
    (void)::poll(&waiting, 1, kFlushMs);
    uint64_t count;
    (void)!::read(event_.get(), &count, sizeof count);
  }
}

void Writer::drain(RecordQueue* queue) {
  while (begin_pass(queue)) {
    while (touched_ != nullptr) {
      RecordFile* file = touched_;
      touched_ = file->next_touched;
      write(file);
    }
    queue->release();
  }
}

bool Writer::begin_pass(RecordQueue* queue) {
  queue->begin();
  size_t bytes = 0;
  while (bytes < kPassBytes) {
    QueuedRecord* record = queue->next();
    if (record == nullptr) break;
    RecordFile* file = record->file;
    const uint32_t place = queue->place(record);
    if (file->first == QueuedRecord::kNone) {
      file->first = place;
      file->next_touched = touched_;
      touched_ = file;
    } else {
      queue->at(file->last)->next = place;
    }
    file->last = place;
    const size_t footprint = RecordQueue::footprint(record->size);
    file->pass_bytes += footprint;
    bytes += footprint;
  }
  return bytes > 0;
}

void Writer::write(RecordFile* file) {
  if (file->format == RecordFormat::kWav) {
    write_sound(file);
  } else {
    write_records(file);
  }
  file->released.add(file->pass_bytes);
  file->pass_bytes = 0;
  if (file->error == 0 && file->dropped.get() > 0) note_trouble(file, ENOBUFS);
}

void Writer::write_records(RecordFile* file) {
  std::array<iovec, kVectors> vectors;
  while (file->first != QueuedRecord::kNone) {
    size_t count = 0;
    uint32_t place = file->first;
    while (place != QueuedRecord::kNone && count < kVectors) {
      QueuedRecord* record = file->queue->at(place);
      vectors[count++] = {record->data(), record->size};
      place = record->next;
    }
    const size_t whole = put(file, vectors.data(), count);
    for (size_t i = 0; i < whole; ++i) file->first = file->queue->at(file->first)->next;
    if (whole > 0) continue;
    uint64_t missing = 0;
    for (; file->first != QueuedRecord::kNone; file->first = file->queue->at(file->first)->next) ++missing;
    lose(file, missing, file->error);
  }
}

/** Writes the first of these records, whole ones; how many. When it is not even one `file` knows why. */
size_t Writer::put(RecordFile* file, const iovec* records, size_t count) {
  if (file->broken) return 0;
  ssize_t n = -1;
  int error = 0;
  do {
    n = ::pwritev(file->fd.get(), records, static_cast<int>(count), static_cast<off_t>(file->size));
    error = n < 0 ? errno : 0;
  } while (error == EINTR);
  size_t whole = 0;
  for (size_t left = n < 0 ? 0 : static_cast<size_t>(n); whole < count && records[whole].iov_len <= left; ++whole) {
    left -= records[whole].iov_len;
    file->size += records[whole].iov_len;
  }
  file->records += whole;
  written_.add(whole);
  if (whole > 0) return whole;
  // Part of a record must not stay, or readers would lose their way at the next one.
  if (n >= 0) error = reason_to_stop(file->fd.get(), static_cast<off_t>(file->size) + n);
  (void)!::ftruncate(file->fd.get(), static_cast<off_t>(file->size));
  file->broken = !may_pass(error);
  note_trouble(file, error);
  return 0;
}

void Writer::lose(RecordFile* file, uint64_t records, int error) {
  file->unwritten += records;
  unwritten_.add(records);
  if (error != 0) note_trouble(file, error);
}

void Writer::note_trouble(RecordFile* file, int error) {
  if (file->error != 0) return;
  file->error = error;
  (void)report(*file, RecordNews::kTrouble);
}

void Writer::close_finished(RecordFile* files, bool last) {
  for (RecordFile* waiting = std::exchange(lingering_, nullptr); waiting != nullptr;) {
    RecordFile* file = std::exchange(waiting, waiting->next_finished);
    file->next_finished = files;
    files = file;
  }
  while (files != nullptr) {
    RecordFile* file = std::exchange(files, files->next_finished);
    if (file->format == RecordFormat::kWav && !settle_sound(file, last)) {
      file->next_finished = lingering_;
      lingering_ = file;
    } else {
      close(file);
    }
  }
  while (unreported_ != nullptr) {
    RecordFile* next = unreported_->next_finished;
    // The main thread may free the file as soon as it has the report.
    if (!report(*unreported_, RecordNews::kClosed)) return;
    unreported_ = next;
  }
}

void Writer::close(RecordFile* file) {
  if (file->error == 0 && file->dropped.get() > 0) file->error = ENOBUFS;
  // Network file systems may tell only here that there was no room.
  if (::close(file->fd.release()) != 0 && file->error == 0) file->error = errno;
  file->next_finished = unreported_;
  unreported_ = file;
}

void Writer::tell_listener() {
  reported_ = false;
  const std::lock_guard<std::mutex> lock(listener_mutex_);
  if (listener_ != nullptr) listener_->reports_pending();
}

bool Writer::report(const RecordFile& file, RecordNews kind) {
  reported_ = true;
  const int type = kind == RecordNews::kUndecoded ? payload_type_of(file) : -1;
  return reports_.push({kind, file.id, file.error, file.records, file.unwritten + file.dropped.get(), type});
}

}  // namespace rtpp
