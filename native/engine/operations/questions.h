#pragma once

namespace rtpp {
class Completion;
struct Session;
struct SessionFigures;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** The session's figures, for the main thread, which waits for them: the packets in hand came before the question. */
struct Snapshot {
  SessionFigures* out;
  Completion* done;
  void apply(WorkerParts* worker, Session* session) const;
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
