#pragma once

#include <pthread.h>
#include <sys/uio.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/fd.h"
#include "base/spsc_ring.h"
#include "sinks/record_file.h"

namespace rtpp {

/** Packets were lost for the first time; nothing more is written; packets came that cannot become sound. */
#define RTPP_RECORD_NEWS(X) X(kTrouble) X(kClosed) X(kUndecoded)
RTPP_NAMED_ENUM(RecordNews, RTPP_RECORD_NEWS)

/** What the disk thread reports about a file. */
struct RecordReport {
  RecordNews kind = RecordNews::kClosed;
  uint32_t file = 0;
  /** Errno of the first failure, 0 for none. ENOBUFS: the queue was full. */
  int error = 0;
  /** Packets that are in the file, and packets that are missing. */
  uint64_t written = 0;
  uint64_t lost = 0;
  /** Of the first packet that cannot become sound; -1: it is no RTP, or there was none. */
  int payload_type = -1;
};

/** Bytes that stand in front of a packet in a queue, and in a file but for sound. */
size_t record_header_size(RecordFormat format, const RecordedPacket& packet);

/** What a file of a format begins with; its opener writes it. Empty when the format has no header. */
std::span<const uint8_t> file_header(RecordFormat format);

/** Tells the main thread that there are reports. Called on the disk thread. */
class WriterListener {
 public:
  virtual ~WriterListener() = default;
  virtual void reports_pending() = 0;
};

/**
 * Recording files and the thread that writes them, so that a slow disk delays no packet. Records wait in a bounded
 * queue per relay worker; what finds no room is dropped and counted. They are written at the latest a quarter of a
 * second later, always whole: a file ends behind a complete record at any time. Nothing runs before the first file is
 * added.
 */
class Writer {
 public:
  /** Queue of one relay worker, and the most of it that one file may have. */
  static constexpr size_t kQueueBytes = size_t{64} << 20;
  static constexpr size_t kFileBytes = size_t{8} << 20;

  Writer(uint32_t workers, WriterListener* listener);
  ~Writer();

  /**
   * Main thread: takes over the descriptor of a file with the `file_header` of its format and nothing else. The file's
   * records will come from the given worker. 0 or an errno; the descriptor is closed then.
   */
  [[nodiscard]] int add(uint32_t worker, Fd fd, RecordFormat format, RecordFile** out);
  /**
   * Main thread: takes over the descriptor of a file for packets of a recording as sound that cannot become sound; the
   * file is closed with the recording.
   */
  RecordFile* add_companion(Fd fd, RecordFormat format);
  /** Main thread: a file of `add_companion` that no recording has yet. */
  static bool is_free_companion(const RecordFile& file) { return file.queue == nullptr && !file.taken; }
  /** Main thread: the answer to `kUndecoded`: where packets of each leg go; null: nowhere, they are lost. */
  void divert(RecordFile* file, RecordFile* callee, RecordFile* caller);
  /** Main thread: the file of a number that `add` gave it, until it is reported as closed. */
  RecordFile* find(uint32_t id);
  /** Main thread: the next report; false when there is none. A closed file is freed. */
  bool next_report(RecordReport* out);
  /**
   * Main thread, after the workers have ended: writes and closes everything. False: the disk has not answered for
   * some seconds, the thread still waits for it, and so the object must not be destroyed. Safe to call twice.
   */
  [[nodiscard]] bool stop();

  /** The file's worker: adds a packet to it. */
  void record(RecordFile* file, const RecordedPacket& packet);
  /** The file's worker: nothing more comes. What was recorded is written, then the file is closed and reported. */
  void finish(RecordFile* file);

  /** Any thread: packets in files, and packets that are missing there. */
  uint64_t written() const { return written_.get(); }
  uint64_t lost() const;

 private:
  static constexpr size_t kReports = 1024;
  /** Largest number of a file; the smallest is 1. */
  static constexpr uint32_t kMaxId = INT32_MAX;
  /** Records of one file that are written by one system call. */
  static constexpr size_t kVectors = 1024;
  /** Bytes of packets that wait for companions of a recording. */
  static constexpr size_t kHeldBytes = size_t{256} << 10;
  /** Bytes written before their room in the queue is given back. */
  static constexpr size_t kPassBytes = size_t{8} << 20;

  [[nodiscard]] int start();
  [[nodiscard]] int open_queue(uint32_t worker);
  RecordFile* insert(Fd fd, RecordFormat format, RecordQueue* queue);
  void encode_header(RecordFormat format, const RecordedPacket& packet, uint8_t* out);
  void wake();
  void run();
  void drain(RecordQueue* queue);
  /** Sorts queued records by their files; false when there are none. */
  bool begin_pass(RecordQueue* queue);
  void write(RecordFile* file);
  void write_records(RecordFile* file);
  size_t put(RecordFile* file, const iovec* records, size_t count);
  void lose(RecordFile* file, uint64_t records, int error);
  void note_trouble(RecordFile* file, int error);
  void close_finished(RecordFile* files, bool last);
  void close(RecordFile* file);

  // Recordings as sound: writer_wav.cc.
  void write_sound(RecordFile* file);
  void divert(RecordFile* file, const RecordedPacket& packet);
  void hold(RecordFile* file, const RecordedPacket& packet);
  void deliver_held(RecordFile* file, bool last);
  void write_spill(RecordFile* companion);
  void note_outcome(RecordFile* file);
  void look_after_sound();
  bool settle_sound(RecordFile* file, bool last);
  void spill(RecordFile* companion, const RecordedPacket& packet);
  void tell_listener();
  bool report(const RecordFile& file, RecordNews kind);

  const uint32_t workers_;
  std::mutex listener_mutex_;
  /** Null once nobody listens any more. */
  WriterListener* listener_;
  /** Queue of each worker, made with its first file. */
  const std::unique_ptr<std::atomic<RecordQueue*>[]> queues_;
  std::atomic<uint16_t> next_ipv4_id_{0};
  Counter written_;
  Counter unwritten_;
  /** Files without further records, linked by `next_finished`; newest first. */
  std::atomic<RecordFile*> finished_{nullptr};
  SpscRing<RecordReport, kReports> reports_;
  std::atomic<bool> stopping_{false};
  Fd event_;

  // Main thread.
  std::unordered_map<uint32_t, std::unique_ptr<RecordFile>> files_;
  uint32_t last_id_ = 0;
  pthread_t thread_{};
  bool started_ = false;

  // Disk thread.
  /** Closed files that are not reported yet. */
  RecordFile* unreported_ = nullptr;
  RecordFile* touched_ = nullptr;
  /** Finished ones that wait for companions, linked by `next_finished`. */
  RecordFile* lingering_ = nullptr;
  /** Recordings as sound of which packets wait: for those before them, or for companions. */
  std::vector<RecordFile*> looked_after_;
  bool reported_ = false;
};

}  // namespace rtpp
