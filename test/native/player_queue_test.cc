#include "play/player_queue.h"

#include <algorithm>
#include <random>
#include <vector>

#include "check.h"

using rtpp::Player;
using rtpp::PlayerQueue;
using rtpp::PlaySpec;
using rtpp::Prompt;

namespace {

using Players = std::vector<std::unique_ptr<Player>>;

Players players(size_t count) {
  const auto prompt = std::make_shared<const Prompt>(nullptr, 0);
  Players list;
  for (size_t i = 0; i < count; ++i) list.push_back(std::make_unique<Player>(prompt, PlaySpec{}));
  return list;
}

int64_t earliest(const Players& list) {
  int64_t due = INT64_MAX;
  for (const auto& player : list) {
    if (PlayerQueue::contains(*player)) due = std::min(due, player->due_ns());
  }
  return due;
}

}  // namespace

TEST(an_empty_queue_has_no_first) {
  PlayerQueue queue;
  CHECK(queue.first() == nullptr);
}

TEST(players_come_out_by_time) {
  Players list = players(5);
  PlayerQueue queue;
  const int64_t dues[] = {30, 10, 50, 20, 40};
  for (size_t i = 0; i < list.size(); ++i) {
    list[i]->start(dues[i]);
    queue.add(list[i].get());
  }
  for (int64_t due = 10; due <= 50; due += 10) {
    Player* first = queue.first();
    CHECK_EQ(first->due_ns(), due);
    queue.remove(first);
    CHECK(!PlayerQueue::contains(*first));
  }
  CHECK(queue.first() == nullptr);
}

TEST(any_order_of_additions_and_removals_keeps_the_earliest_first) {
  std::mt19937 random(20260401);
  Players list = players(200);
  PlayerQueue queue;
  for (int step = 0; step < 20000; ++step) {
    // Mostly the one that is due, as in playing, and now and then another, as when a command stops it.
    Player* player = step % 3 == 0 && queue.first() != nullptr ? queue.first() : list[random() % list.size()].get();
    if (PlayerQueue::contains(*player)) queue.remove(player);
    if (step % 3 != 1) {
      player->start(static_cast<int64_t>(random() % 50));
      queue.add(player);
    }
    const int64_t due = earliest(list);
    CHECK_EQ(queue.first() == nullptr ? INT64_MAX : queue.first()->due_ns(), due);
  }
}
