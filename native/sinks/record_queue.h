#pragma once

#include <cstdint>

#include "base/byte_ring.h"

namespace rtpp {

struct RecordFile;

/** Stands in front of each record in a queue. */
struct QueuedRecord {
  static constexpr uint32_t kNone = UINT32_MAX;

  /** Null for the unused space at the end of the memory. */
  RecordFile* file;
  /** Bytes behind this header. */
  uint32_t size;
  /** Disk thread: place of the next record of the same file, or kNone. */
  uint32_t next = kNone;

  uint8_t* data() { return reinterpret_cast<uint8_t*>(this + 1); }

  static QueuedRecord gap(uint32_t size) { return {nullptr, size}; }
  bool is_gap() const { return file == nullptr; }
};
static_assert(sizeof(QueuedRecord) == 16);

/** Records of all files of one relay worker on their way to the disk thread. */
using RecordQueue = ByteRing<QueuedRecord>;

}  // namespace rtpp
