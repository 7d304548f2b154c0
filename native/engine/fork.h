#pragma once

#include <cstdint>

#include "base/handles.h"
#include "engine/tap.h"
#include "io/packet_io.h"

namespace rtpp {

class Admission;
struct Session;
struct Stream;

/**
 * Copies of what the parties of one session send to the parties of another one, which relays nothing of its own any
 * more (media.md 3.4). Both are of one worker. Belongs to the target, and is freed with it.
 */
struct Fork {
  // Main thread.
  SessionId source_id = kNoSession;

  // Worker thread.
  /** Null when it has ended. */
  Session* source = nullptr;
  Session* target = nullptr;
  /** What is received on a leg leaves by the other leg of the target. */
  bool crossed = false;
  /** Neighbours among the forks of the source. */
  Fork* next = nullptr;
  Fork* previous = nullptr;
  /** The next of the target's sources. */
  Fork* next_source = nullptr;
};

/** The forks of one worker's sessions. */
class Forks {
 public:
  /** Forks of forks are served so deep: a session that is its own source in the end must not be an endless loop. */
  static constexpr int kMaxDepth = 4;

  Forks(PacketIo* io, bool duplicate_small, Taps* taps, Admission* admission)
      : io_(io), duplicate_small_(duplicate_small), taps_(taps), admission_(admission) {}

  /** Copies from now on, or from now on in another direction. */
  static void start(Fork* fork, Session* source, Session* target, bool crossed);
  /** The session ends: nothing is copied from it or to it any more. */
  static void end(Session* session);

  /** A packet that was received on a stream of a session with forks. Its data must stay valid until `flush`. */
  void packet(const Stream& stream, const TappedPacket& packet) { copy(stream, packet, 0); }
  /** Sends the copies. */
  void flush() {
    if (copies_.count > 0) io_->send(&copies_);
  }

 private:
  static void stop(Fork* fork);
  void copy(const Stream& stream, const TappedPacket& packet, int depth);
  void send(const TxPacket& packet);

  PacketIo* const io_;
  const bool duplicate_small_;
  Taps* const taps_;
  Admission* const admission_;
  TxBatch copies_;
};

}  // namespace rtpp
