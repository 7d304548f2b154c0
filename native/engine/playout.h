#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/counter.h"
#include "engine/session.h"
#include "io/packet_io.h"
#include "play/player_queue.h"

namespace rtpp {

/** In place of a time: a player keeps its session alive for as long as it plays. */
inline constexpr int64_t kEndless = INT64_MAX;

/**
 * A player on its way through the engine: made and freed by the main thread; in between the leg's worker has it. It
 * comes back when it has played everything, when it is stopped, and when its session ends.
 */
struct LegPlayer : Player {
  LegPlayer(std::shared_ptr<const Prompt> prompt, const PlaySpec& spec, double name)
      : Player(std::move(prompt), spec), token(name) {}

  /** The main thread's name for it. */
  const double token;
  Leg* leg = nullptr;
  /** Packets that the session had got from its parties when it was looked at last, and since when; monotonic ns. */
  uint64_t heard = 0;
  int64_t heard_ns = 0;
  /** It came to its end by itself. */
  bool finished = false;
  LegPlayer* next_ended = nullptr;
};

class Admission;

/** The players of one worker's legs (media.md 7). All calls but `take_ended` come from the worker's thread. */
class Playout {
 public:
  /**
   * `duplicate_small`: send packets below 128 bytes twice. `play_ttl_ns`: how long a player keeps a session alive
   * without a packet from either party.
   */
  Playout(PacketIo* io, bool duplicate_small, Counter* played, Admission* admission, int64_t play_ttl_ns = kEndless);

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

  /** Main thread: the players that ended since the last call, linked by `next_ended`. */
  LegPlayer* take_ended() { return ended_.exchange(nullptr, std::memory_order_acquire); }

 private:
  void start(Leg* leg, int64_t now_ns);
  void send(const LegPlayer& player, const uint8_t* packet, uint32_t len);
  /** What is played restarts the session's timer, unless the parties have been silent for too long. */
  void keep_alive(LegPlayer* player, int64_t now_ns);
  void end(LegPlayer* player);

  PacketIo* const io_;
  const bool duplicate_small_;
  Counter* const played_;
  Admission* const admission_;
  const int64_t play_ttl_ns_;
  PlayerQueue queue_;
  /** The packets of one flush. */
  std::unique_ptr<uint8_t[]> packets_;
  TxBatch batch_;
  /** Ended since the last `publish`. */
  LegPlayer* ending_ = nullptr;
  std::atomic<LegPlayer*> ended_{nullptr};
};

}  // namespace rtpp
