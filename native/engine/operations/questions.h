#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/stats.h"

namespace rtpp {

class Completion;
struct Session;
struct WorkerParts;

/** A session whose figures the main thread wants, and where it wants them. */
struct WantedFigures {
  const Session* session;
  SessionFigures* out;
};

/** Whose figures are wanted of each worker. */
using WantedOfWorkers = std::vector<std::vector<WantedFigures>>;

/** Figures of many sessions that the main thread has asked for and does not wait for. */
struct Survey {
  WantedOfWorkers wanted;
  /** In the order of the sessions. */
  std::vector<SessionFigures> rows;
  /** Workers that have not answered yet. */
  std::atomic<uint32_t> open{0};
  /** The main thread has asked, and has not taken the answer. */
  bool asked = false;
};

}  // namespace rtpp

namespace rtpp::op {

/**
 * Figures of sessions of the worker, for the main thread, which waits for them. One more pass comes before the answer:
 * packets that came before the question are counted, those of the batch in hand and those behind it.
 */
struct Snapshots {
  std::span<const WantedFigures> wanted;
  Completion* done;
  void apply(WorkerParts* worker, Session* none) const;
};

/** The same while the main thread goes on; the last worker to answer wakes it. */
struct Ask {
  std::span<const WantedFigures> wanted;
  std::atomic<uint32_t>* open;
  void apply(WorkerParts* worker, Session* none) const;
};

/**
 * The main thread waits until the operations before are applied, the sessions removed before are on their way to it,
 * and no packet in hand needs them any more.
 */
struct Sync {
  Completion* done;
  void apply(WorkerParts* worker, Session* none) const;
};

}  // namespace rtpp::op
