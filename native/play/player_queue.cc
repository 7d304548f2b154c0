#include "play/player_queue.h"

#include <utility>

namespace rtpp {

void PlayerQueue::add(Player* player) {
  player->queued_ = true;
  root_ = merge(root_, player);
}

void PlayerQueue::remove(Player* player) {
  Player* below = merge_all(player->child_);
  if (player == root_) {
    root_ = below;
  } else {
    Player*& link = player->previous_->child_ == player ? player->previous_->child_ : player->previous_->sibling_;
    link = player->sibling_;
    if (player->sibling_ != nullptr) player->sibling_->previous_ = player->previous_;
    root_ = merge(root_, below);
  }
  player->child_ = player->sibling_ = player->previous_ = nullptr;
  player->queued_ = false;
}

/** Both are the roots of heaps, without siblings; either may be null. */
Player* PlayerQueue::merge(Player* a, Player* b) {
  if (a == nullptr) return b;
  if (b == nullptr) return a;
  if (b->due_ns_ < a->due_ns_) std::swap(a, b);
  b->previous_ = a;
  b->sibling_ = a->child_;
  if (a->child_ != nullptr) a->child_->previous_ = b;
  a->child_ = b;
  return a;
}

Player* PlayerQueue::merge_all(Player* first) {
  // Neighbours in pairs from left to right, then the pairs from right to left: that bounds the cost of many removals.
  Player* pairs = nullptr;
  while (first != nullptr) {
    Player* a = first;
    Player* b = a->sibling_;
    first = b == nullptr ? nullptr : b->sibling_;
    a->sibling_ = a->previous_ = nullptr;
    if (b != nullptr) b->sibling_ = b->previous_ = nullptr;
    Player* pair = merge(a, b);
    pair->sibling_ = pairs;
    pairs = pair;
  }
  Player* root = nullptr;
  while (pairs != nullptr) {
    Player* pair = pairs;
    pairs = pair->sibling_;
    pair->sibling_ = nullptr;
    root = merge(root, pair);
  }
  return root;
}

}  // namespace rtpp
