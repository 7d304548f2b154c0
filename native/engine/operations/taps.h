#pragma once

#include <cstdint>

#include "base/addr.h"

namespace rtpp {
struct RecordFile;
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** Where the packets received on the leg are recorded from now on. A stream that has a tap keeps it. */
struct Record {
  uint8_t leg;
  /** RTCP is recorded as it is sent on (media.md 6.5). */
  bool as_sent;
  /** Of RTP and RTCP; null: not at all. */
  RecordFile* files[2];
  void apply(WorkerParts* worker, Session* session) const;
};

/** Where the packets received on the leg are copied to from now on. A stream that has a tap keeps it. */
struct Copy {
  uint8_t leg;
  /** Sockets to send RTP and RTCP from, which the worker owns from now on; -1: not at all. */
  int fds[2];
  /** Where RTP goes; RTCP goes to the next port. */
  Endpoint to;
  void apply(WorkerParts* worker, Session* session) const;
};

/** The leg's recording or copy ends. */
struct StopTap {
  uint8_t leg;
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
