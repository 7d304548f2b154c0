#include "engine/worker.h"

#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/clock.h"
#include "base/thread.h"

namespace rtpp {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr double kNanosecond = 1e-9;
/** Nanoseconds that a timer may come late. */
constexpr unsigned long kTimerSlack = 1'000;

}  // namespace

Worker::Worker(uint32_t index, const RelayOptions& options, std::unique_ptr<PacketIo> io, int64_t phase_ns,
               EventSink* sink)
    : index_(index),
      io_(std::move(io)),
      sink_(sink),
      reporter_(&events_, options.verbose),
      admission_(&counters_, &reporter_),
      taps_(io_.get(), &admission_),
      forks_(io_.get(), options.duplicate_small, &taps_, &admission_),
      playout_(io_.get(), options.duplicate_small, &counters_.packets_played, &admission_, options.play_ttl_ns),
      relay_(options, &counters_, &reporter_, &taps_, &forks_, &playout_, &admission_, io_.get()),
      window_(options.batch_window),
      next_tick_ns_(phase_ns + kSecond) {}

Worker::~Worker() { stop(); }

int Worker::start() {
  char name[16];
  std::snprintf(name, sizeof name, "rtp-relay-%u", index_);
  const int error = start_thread(
      &thread_, name,
      [](void* self) -> void* {
        static_cast<Worker*>(self)->run();
        return nullptr;
      },
      this);
  started_ = error == 0;
  return error;
}

int Worker::bind_to(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<size_t>(cpu), &cpus);
  return ::pthread_setaffinity_np(thread_, sizeof cpus, &cpus);
}

void Worker::stop() {
  if (!started_) return;
  stopping_.store(true, std::memory_order_release);
  io_->wake();
  ::pthread_join(thread_, nullptr);
  started_ = false;
}

void Worker::post(const Command& command, bool wake) {
  while (!mailbox_.push(command)) {
    io_->wake();
    const timespec pause{0, 50'000};
    ::nanosleep(&pause, nullptr);
  }
  if (wake) this->wake();
}

void Worker::wake() {
  if (mailbox_.empty()) return;
  // Both sides read-modify-write the flag, so one of them comes second: the worker then sees the command, or we its
  // sleep.
  if (sleeping_.exchange(false, std::memory_order_acq_rel)) io_->wake();
}

void Worker::run() {
  wall_offset_ns_ = wall_offset_ns();

  int64_t now = now_ns();
  // The default is a vague 50 microseconds longer than asked for.
  (void)::prctl(PR_SET_TIMERSLACK, kTimerSlack);
  while (!stopping_.load(std::memory_order_acquire)) {
    sleeping_.exchange(true, std::memory_order_acq_rel);
    io_->receive(&rx_, mailbox_.empty() ? deadline_ns(now) : 0);
    sleeping_.store(false, std::memory_order_relaxed);

    // Commands first: whoever sent these packets may have waited for the reply to a command that is still queued.
    drain_mailbox();
    now = now_ns();
    const double wall = static_cast<double>(now + wall_offset_ns_) * kNanosecond;
    for (size_t i = 0; i < rx_.count; ++i) relay_.process(rx_.packets[i], now, wall, &tx_);
    relay_.flush(&tx_);
    if (playout_.due_ns() <= now) playout_.run(now);

    if (now >= next_tick_ns_ && tick_cursor_ == nullptr) start_tick(now);
    if (tick_cursor_ != nullptr) continue_tick();
    publish();
    coalesce(now);
  }
  drain_mailbox();
  while (sessions_ != nullptr) remove(sessions_);
  publish();
}

int64_t Worker::deadline_ns(int64_t now_ns) const {
  if (tick_cursor_ != nullptr) return 0;
  const int64_t next = std::min(next_tick_ns_, playout_.due_ns());
  return next <= now_ns ? 0 : next;
}

void Worker::coalesce(int64_t now) {
  if (window_.due(now)) window_.look(now, clock_ns(CLOCK_THREAD_CPUTIME_ID));
  // A full batch means that more is waiting already; an empty one that nothing is going on.
  if (window_.ns() == 0 || rx_.count == 0 || rx_.count == kBatch) return;
  const int64_t next = deadline_ns(now);
  if (next == 0) return;
  sleeping_.exchange(true, std::memory_order_acq_rel);
  if (mailbox_.empty()) io_->pause(std::min(next, now + window_.ns()));
}

void Worker::drain_mailbox() {
  Command command;
  while (mailbox_.pop(&command)) apply(command);
}

void Worker::link(Session* session) {
  session->linked = true;
  session->prev = nullptr;
  session->next = sessions_;
  if (sessions_ != nullptr) sessions_->prev = session;
  sessions_ = session;
}

void Worker::unlink(Session* session) {
  if (tick_cursor_ == session) tick_cursor_ = session->next;
  if (session->prev != nullptr) session->prev->next = session->next;
  if (session->next != nullptr) session->next->prev = session->prev;
  if (sessions_ == session) sessions_ = session->next;
  session->linked = false;
}

void Worker::start_tick(int64_t now) {
  next_tick_ns_ += kSecond;
  // Seconds missed in a long stall (a suspended machine) are skipped: calls get their time instead of ending all at
  // once.
  if (now - next_tick_ns_ > kSecond) next_tick_ns_ += (now - next_tick_ns_) / kSecond * kSecond;
  wall_offset_ns_ = wall_offset_ns();
  const uint64_t received = counters_.packets_received.get();
  counters_.packets_per_second.set(received - packets_at_tick_);
  packets_at_tick_ = received;
  tick_cursor_ = sessions_;
}

void Worker::continue_tick() {
  const int64_t now = now_ns();
  for (int i = 0; i < kTickSlice && tick_cursor_ != nullptr; ++i) {
    Session* session = tick_cursor_;
    tick_cursor_ = session->next;
    review(session, now);
    for (Leg& leg : session->legs) {
      reporter_.tick(&leg.rtp);
      reporter_.tick(&leg.rtcp);
    }
    test_timers(session);
  }
}

void Worker::review(Session* session, int64_t now_ns) {
  for (Leg& leg : session->legs) {
    if (latch_review_due(leg.rtp.latch, now_ns)) relay_.review(&leg, now_ns);
  }
}

void Worker::test_timers(Session* session) {
  const int timers = session->independent_ttl ? 2 : 1;
  for (int leg = 0; leg < timers; ++leg) {
    int32_t& ttl = session->legs[leg].ttl;
    if (ttl > 0) {
      --ttl;
    } else if (!session->expired) {
      // Reported again at the next tick when the ring is full: a timeout is never lost.
      session->expired = reporter_.timeout(*session, static_cast<uint8_t>(leg));
    }
  }
}

void Worker::publish() {
  if (Session* session = std::exchange(asked_.session, nullptr); session != nullptr) {
    session->snapshot(asked_.snapshot);
    asked_.done->signal();
  }
  const bool ended = playout_.publish();
  if (retiring_ != nullptr) {
    Session* last = retiring_;
    while (last->next != nullptr) last = last->next;
    Session* head = retired_.load(std::memory_order_relaxed);
    do {
      last->next = head;
    } while (!retired_.compare_exchange_weak(head, retiring_, std::memory_order_release, std::memory_order_relaxed));
    retiring_ = nullptr;
    sink_->events_pending();
  } else if (ended || !events_.empty()) {
    sink_->events_pending();
  }
  if (synced_ != nullptr) std::exchange(synced_, nullptr)->signal();
}

}  // namespace rtpp
