#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/counter.h"
#include "engine/session.h"
#include "io/io.h"
#include "play/player_queue.h"

namespace rtpp {

/**
 * A player on its way through the engine: made and freed by the control thread; in between the leg's worker has it. It
 * comes back when it has played everything, when it is stopped, and when its session ends.
 */
struct LegPlayer : Player {
  LegPlayer(std::shared_ptr<const Prompt> prompt, const PlaySpec& spec, double name)
      : Player(std::move(prompt), spec), token(name) {}

  /** The control thread's name for it. */
  const double token;
  Leg* leg = nullptr;
  /** It came to its end by itself. */
  bool finished = false;
  LegPlayer* next_ended = nullptr;
};

class Admission;

/** The players of one worker's legs (media.md 7). All calls but `take_ended` come from the worker's thread. */
class Playout {
 public:
  /** `duplicate_small`: send packets below 128 bytes twice. */
  Playout(PacketIo* io, bool duplicate_small, Counter* played, Admission* admission);

  /** Plays to the peer of a leg that has no player, from now on, or as soon as the leg has a port and an address. */
  void play(Leg* leg, LegPlayer* player, int64_t now_ns);
  /** Ends the leg's player, if there is one. */
  void stop(Leg* leg);
  /** The leg has got a port or an address. */
  void changed(Leg* leg, int64_t now_ns) {
    if (leg->player != nullptr && !PlayerQueue::contains(*leg->player)) start(leg, now_ns);
  }
  /** When `run` has something to do next; monotonic ns, INT64_MAX for never. */
  int64_t due_ns() const { return queue_.first() == nullptr ? INT64_MAX : queue_.first()->due_ns(); }
  /** Sends the packets that are due, as many as fit into one flush; the others stay due. */
  void run(int64_t now_ns);
  /** Makes ended players visible to `take_ended`; false when there are none. */
  bool publish();

  /** Control thread: the players that ended since the last call, linked by `next_ended`. */
  LegPlayer* take_ended() { return ended_.exchange(nullptr, std::memory_order_acquire); }

 private:
  void start(Leg* leg, int64_t now_ns);
  void send(const LegPlayer& player, const uint8_t* packet, uint32_t len);
  void end(LegPlayer* player);

  PacketIo* const io_;
  const bool duplicate_small_;
  Counter* const played_;
  Admission* const admission_;
  PlayerQueue queue_;
  /** The packets of one flush. */
  std::unique_ptr<uint8_t[]> packets_;
  TxBatch batch_;
  /** Ended since the last `publish`. */
  LegPlayer* ending_ = nullptr;
  std::atomic<LegPlayer*> ended_{nullptr};
};

}  // namespace rtpp
