#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/counter.h"
#include "base/fd.h"
#include "base/handles.h"
#include "sinks/record.h"
#include "sinks/record_queue.h"
#include "sinks/wav_file.h"

namespace rtpp {

class Writer;
struct RecordFile;

/**
 * What a recording as sound needs for packets that are none: they go into files of another format beside it, for which
 * the main thread is asked with the first of them.
 */
struct Companions {
  /** Main thread, before `answered`: where packets of each leg go; null: nowhere. */
  RecordFile* files[2] = {nullptr, nullptr};
  std::atomic<bool> answered{false};

  // Disk thread.
  /** The payload type that was met first, or `kNotRtp`. */
  uint8_t payload_type = WavVerdict::kNotRtp;
  bool asked = false;
  /** Packets that wait for the answer, each a size, a WavRecord and the packet. */
  std::vector<uint8_t> held;
};

/** Records for a file that come from another one's packets, on the disk thread: bytes, and how many each record has. */
struct Spill {
  std::vector<uint8_t> bytes;
  std::vector<size_t> sizes;
};

/**
 * One open recording file. Made and freed by the main thread through its Writer; in between a relay worker adds
 * records, and the disk thread writes them.
 */
struct RecordFile {
  RecordFile(Writer* owner, uint32_t number, RecordFormat type, RecordQueue* records, Fd descriptor)
      : writer(owner), id(number), format(type), queue(records), fd(std::move(descriptor)) {
    if (format != RecordFormat::kWav) return;
    wav = std::make_unique<WavFile>(fd.get());
    companions = std::make_unique<Companions>();
  }

  Writer* const writer;
  const uint32_t id;
  const RecordFormat format;
  RecordQueue* const queue;

  // Main thread.
  /** Whose streams may record into it. */
  SessionId session{};
  /** Streams that will record into it when the worker has applied all operations. */
  uint32_t promised = 0;
  /** It will be closed: no stream may use it any more. */
  bool over = false;
  /** It is the companion of a recording. */
  bool taken = false;

  // Worker.
  /** Streams that record into it. */
  uint32_t users = 0;
  /** Bytes of the queue that its records have taken in all. */
  Counter queued;
  /** Records that found no room in the queue. */
  Counter dropped;

  // Disk thread.
  Fd fd;
  /** Bytes written; always the end of a record. */
  uint64_t size = 0;
  uint64_t records = 0;
  /** Records that could not be written. */
  uint64_t unwritten = 0;
  /** The first thing that went wrong, an errno. */
  int error = 0;
  /** Not worth another try. */
  bool broken = false;
  /** Bytes of the queue that its records have given back in all. */
  Counter released;
  /** Of a recording as sound. */
  std::unique_ptr<WavFile> wav;
  std::unique_ptr<Companions> companions;
  /** Monotonic time of the last pass that had packets of it, ns. */
  int64_t heard_ns = 0;
  /** The writer looks at it also when no packets come. */
  bool looked_after = false;
  /** Of a companion. */
  Spill spill;
  // Records of the pass in hand, by their places in the queue.
  uint32_t first = QueuedRecord::kNone;
  uint32_t last = QueuedRecord::kNone;
  uint64_t pass_bytes = 0;
  RecordFile* next_touched = nullptr;
  RecordFile* next_finished = nullptr;
};

}  // namespace rtpp
