#include "engine/mailbox.h"

#include <atomic>
#include <thread>
#include <type_traits>

#include "check.h"
#include "wait.h"

using namespace rtpp;
using namespace rtpp::test;

// Commands are copied into the mailbox and out of it by another thread.
static_assert(std::is_trivially_copyable_v<Command>);

TEST(a_command_names_no_descriptors_by_default) {
  const Command command;
  CHECK_EQ(command.fds[0], -1);
  CHECK_EQ(command.fds[1], -1);
  CHECK(command.session == nullptr);
  CHECK(command.done == nullptr);
}

TEST(waiting_for_what_is_done_returns_at_once) {
  Completion done;
  done.signal();
  done.wait();
  done.reset();
  done.signal();
  done.wait();
}

TEST(waiting_lasts_until_the_signal) {
  Completion done;
  std::atomic<bool> woken{false};
  std::thread waiter([&] {
    done.wait();
    woken.store(true);
  });
  sleep_ms(20);
  CHECK(!woken.load());
  done.signal();
  waiter.join();
  CHECK(woken.load());
}

TEST(what_was_written_before_the_signal_is_seen_after_the_wait) {
  static constexpr int kRounds = 20'000;
  Completion done;
  std::atomic<int> asked{0};
  int answer = 0;
  std::thread worker([&] {
    for (int i = 1; i <= kRounds; ++i) {
      while (asked.load(std::memory_order_acquire) != i) std::this_thread::yield();
      answer = i * 7;
      done.signal();
    }
  });
  int wrong = 0;
  for (int i = 1; i <= kRounds; ++i) {
    done.reset();
    asked.store(i, std::memory_order_release);
    done.wait();
    if (answer != i * 7) ++wrong;
  }
  worker.join();
  CHECK_EQ(wrong, 0);
}
