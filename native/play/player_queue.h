#pragma once

#include "play/player.h"

namespace rtpp {

/**
 * Players by the time of their next packet: a pairing heap whose links are in the players, so that nothing is
 * allocated. A player must not change its time while it is queued, and must leave before it is destroyed.
 */
class PlayerQueue {
 public:
  /** The player that is due first; null when there is none. */
  Player* first() const { return root_; }
  static bool contains(const Player& player) { return player.queued_; }
  void add(Player* player);
  void remove(Player* player);

 private:
  static Player* merge(Player* a, Player* b);
  /** Makes one heap of a list of siblings. */
  static Player* merge_all(Player* first);

  Player* root_ = nullptr;
};

}  // namespace rtpp
