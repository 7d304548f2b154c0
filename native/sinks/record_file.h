#pragma once

#include <cstdint>

#include "base/counter.h"
#include "base/fd.h"
#include "base/handles.h"
#include "sinks/record.h"
#include "sinks/record_queue.h"

namespace rtpp {

class Writer;

/**
 * One open recording file. Made and freed by the main thread through its Writer; in between a relay worker adds
 * records, and the disk thread writes them.
 */
struct RecordFile {
  RecordFile(Writer* owner, uint32_t number, RecordFormat type, RecordQueue* records, Fd descriptor)
      : writer(owner), id(number), format(type), queue(records), fd(std::move(descriptor)) {}

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
  // Records of the pass in hand, by their places in the queue.
  uint32_t first = QueuedRecord::kNone;
  uint32_t last = QueuedRecord::kNone;
  uint64_t pass_bytes = 0;
  RecordFile* next_touched = nullptr;
  RecordFile* next_finished = nullptr;
};

}  // namespace rtpp
