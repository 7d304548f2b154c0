#pragma once

#include <cstdint>

#include "engine/latch.h"
#include "engine/stats.h"
#include "io/batch.h"
#include "rtp/analyzer.h"

namespace rtpp {

struct Session;

/** Packets of one direction on one channel, by fate (media.md 2.6). */
struct StreamCounters {
  uint64_t in = 0;
  uint64_t relayed = 0;
  uint64_t dropped = 0;
  uint64_t ignored = 0;
};

/** RTP or RTCP of one leg: the local port, and the peer that sends to it and is sent to from it. */
struct Stream {
  MediaPort port;
  LatchState latch;
  StreamCounters counters;
  Session* session = nullptr;
  uint8_t leg = 0;
  bool rtcp = false;
};

/** One side of a call: leg 0 faces the callee, leg 1 the caller (protocol.md 1). */
struct Leg {
  Stream rtp;
  Stream rtcp;
  Analyzer analyzer;
  /** Unix seconds of the first and last RTP packet, 0 = none. */
  double first_in = 0;
  double last_in = 0;
  /** Monotonic nanoseconds of the latest RTP packet. */
  int64_t last_in_ns = 0;
  int64_t longest_ipi_ns = 0;
  /** Seconds left, and the value that a restart sets (media.md 4). */
  int32_t ttl = 0;
  int32_t full_ttl = 0;
};

/**
 * One call's media. Made and freed by the control thread; between its first command and its return on the retired list
 * it belongs to one worker thread, which alone reads and writes the second part.
 */
struct Session {
  // Control thread.
  double id = 0;
  uint32_t slot = 0;
  uint32_t worker = 0;
  /** A command was posted, so the session has to come back through the retired list. */
  bool posted = false;
  /** Descriptors and family of the open ports, for socket options; the worker closes them. */
  int fds[2][2] = {{-1, -1}, {-1, -1}};
  uint8_t family[2] = {0, 0};

  // Worker thread.
  Leg legs[2];
  /** Both legs have ports: only then are packets processed (media.md 0.2). */
  bool complete = false;
  /** Each leg has a timer of its own (`-i`); otherwise the first leg's serves both. */
  bool independent_ttl = false;
  /** A timer ended and was reported; it is not reported again before a restart. */
  bool expired = false;
  /** How many commands restarted a timer, to tell a stale timeout report from a current one. */
  uint32_t restarts = 0;
  bool linked = false;
  Session* prev = nullptr;
  Session* next = nullptr;

  Leg& timer(int leg) { return legs[independent_ttl ? leg : 0]; }
  void snapshot(SessionSnapshot* out) const;
};

}  // namespace rtpp
