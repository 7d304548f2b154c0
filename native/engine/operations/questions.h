#pragma once

#include <span>

namespace rtpp {

class Completion;
struct Session;
struct SessionFigures;
struct WorkerParts;

/** A session whose figures the main thread wants, and where it wants them. */
struct WantedFigures {
  const Session* session;
  SessionFigures* out;
};

}  // namespace rtpp

namespace rtpp::op {

/**
 * Figures of sessions of the worker, for the main thread, which waits for them: the packets in hand came before the
 * question.
 */
struct Snapshots {
  std::span<const WantedFigures> wanted;
  Completion* done;
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
