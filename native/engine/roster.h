#pragma once

#include <atomic>

#include "engine/session.h"

namespace rtpp {

/**
 * The sessions of one worker: those that have ports, whose timers are looked at every second, and those that are on
 * their way back to the main thread. All calls but `take_retired` come from the worker's thread.
 */
class Roster {
 public:
  /** The session has ports from now on, or other ones. */
  void add(Session* session);
  /** The session has ended: it goes back to the main thread with the next `publish`. */
  void retire(Session* session);
  /** A session that has ports; null when there is none. */
  Session* any() const { return first_; }

  /** A walk over all that are there now. */
  void begin_walk() { cursor_ = first_; }
  bool walking() const { return cursor_ != nullptr; }
  /** The next session of the walk; null at its end. */
  Session* walk();

  /** Makes retired sessions visible to `take_retired`; false when there are none. */
  bool publish();
  /** Main thread: everything retired since the last call, linked by `next`. */
  Session* take_retired() { return retired_.exchange(nullptr, std::memory_order_acquire); }

 private:
  void unlink(Session* session);

  Session* first_ = nullptr;
  /** Where the walk goes on; null between two walks. */
  Session* cursor_ = nullptr;
  /** Retired since the last `publish`: packets of the batch in hand may still point to them. */
  Session* retiring_ = nullptr;
  std::atomic<Session*> retired_{nullptr};
};

}  // namespace rtpp
