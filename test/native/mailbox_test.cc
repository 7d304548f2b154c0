#include "engine/mailbox.h"

#include <atomic>
#include <thread>
#include <variant>

#include "base/spsc_ring.h"
#include "check.h"
#include "udp_peer.h"
#include "wait.h"

using namespace rtpp;
using namespace rtpp::test;

TEST(an_operation_leaves_the_mailbox_as_it_went_in) {
  SpscRing<Posted, 4> mailbox;
  Session* const session = reinterpret_cast<Session*>(8);
  CHECK(mailbox.push({session, op::Copy{1, {-1, 7}, endpoint("10.0.0.1", 4000)}}));
  CHECK(mailbox.push({nullptr, op::SetTtl(0, 60)}));
  Posted posted;
  CHECK(mailbox.pop(&posted));
  CHECK(posted.session == session);
  const auto* copy = std::get_if<op::Copy>(&posted.operation);
  CHECK(copy != nullptr);
  CHECK_EQ(copy->leg, 1);
  CHECK_EQ(copy->fds[0], -1);
  CHECK_EQ(copy->fds[1], 7);
  CHECK(copy->to == endpoint("10.0.0.1", 4000));
  CHECK(mailbox.pop(&posted));
  CHECK(posted.session == nullptr);
  const auto* ttl = std::get_if<op::SetTtl>(&posted.operation);
  CHECK(ttl != nullptr);
  CHECK_EQ(ttl->seconds, 60);
  CHECK(!mailbox.pop(&posted));
}

TEST(waiting_for_what_is_done_returns_at_once) {
  Completion done;
  done.signal();
  done.wait();
  done.expect(2);
  done.signal();
  done.signal();
  done.wait();
}

TEST(waiting_lasts_until_the_signal) {
  Completion done;
  done.expect(2);
  std::atomic<bool> woken{false};
  std::thread waiter([&] {
    done.wait();
    woken.store(true);
  });
  done.signal();
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
    done.expect(1);
    asked.store(i, std::memory_order_release);
    done.wait();
    if (answer != i * 7) ++wrong;
  }
  worker.join();
  CHECK_EQ(wrong, 0);
}
