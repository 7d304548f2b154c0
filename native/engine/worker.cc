#include "engine/worker.h"

#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include "base/clock.h"
#include "base/thread.h"

namespace rtpp {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr double kNanosecond = 1e-9;
/** How long watched packets wait for others: modules look at them, and no call hears of it. */
constexpr int64_t kWatchedDelay = 20'000'000;
/** Nanoseconds that a timer may come late. */
constexpr unsigned long kTimerSlack = 1'000;

}  // namespace

Worker::Worker(uint32_t index, const RelayOptions& options, std::unique_ptr<PacketIo> io, int64_t phase_ns,
               EventSink* sink)
    : index_(index),
      sink_(sink),
      parts_(options, std::move(io)),
      relay_(options, &parts_.counters, &parts_.reporter, &parts_.taps, &parts_.watch, &parts_.forks, &parts_.playout,
             &parts_.admission, parts_.io.get()),
      window_(options.batch_window),
      icmp_(parts_.rtp_ports),
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

double Worker::cpu_seconds() const {
  clockid_t clock;
  if (!started_ || ::pthread_getcpuclockid(thread_, &clock) != 0) return 0;
  return static_cast<double>(clock_ns(clock)) * kNanosecond;
}

void Worker::stop() {
  if (!started_) return;
  stopping_.store(true, std::memory_order_release);
  parts_.io->wake();
  ::pthread_join(thread_, nullptr);
  started_ = false;
}

void Worker::post(const Posted& posted, bool wake) {
  while (!mailbox_.push(posted)) {
    parts_.io->wake();
    const timespec pause{0, 50'000};
    ::nanosleep(&pause, nullptr);
  }
  if (wake) this->wake();
}

void Worker::wake() {
  if (mailbox_.empty()) return;
  // Both sides read-modify-write the flag, so one of them comes second: the worker then sees the operation, or we
  // its sleep.
  if (sleeping_.exchange(false, std::memory_order_acq_rel)) parts_.io->wake();
}

void Worker::run() {
  wall_offset_ns_ = wall_offset_ns();

  int64_t now = now_ns();
  // The default is a vague 50 microseconds longer than asked for.
  (void)::prctl(PR_SET_TIMERSLACK, kTimerSlack);
  while (!stopping_.load(std::memory_order_acquire)) {
    const bool asked = parts_.question.done != nullptr;
    sleeping_.exchange(true, std::memory_order_acq_rel);
    parts_.io->receive(&rx_, mailbox_.empty() && !asked ? deadline_ns(now) : 0);
    sleeping_.store(false, std::memory_order_relaxed);

    // Operations first: whoever sent these packets may have waited for the reply to a command whose operations are
    // still queued.
    drain_mailbox();
    now = now_ns();
    const double wall = static_cast<double>(now + wall_offset_ns_) * kNanosecond;
    for (size_t i = 0; i < rx_.count; ++i) relay_.process(rx_.packets[i], now, wall, &tx_);
    relay_.flush(&tx_);
    if (parts_.playout.due_ns() <= now) parts_.playout.run(now);

    if (now >= next_tick_ns_ && !parts_.sessions.walking()) start_tick(now);
    if (parts_.sessions.walking()) continue_tick();
    publish(now);
    if (asked) answer_question();
    coalesce(now);
  }
  drain_mailbox();
  while (Session* session = parts_.sessions.any()) op::Remove{}.apply(&parts_, session);
  publish(now);
  answer_question();
}

int64_t Worker::deadline_ns(int64_t now_ns) const {
  if (parts_.sessions.walking()) return 0;
  const int64_t next = std::min({next_tick_ns_, parts_.playout.due_ns(), watched_due_ns_});
  return next <= now_ns ? 0 : next;
}

void Worker::coalesce(int64_t now) {
  if (window_.due(now)) window_.look(now, clock_ns(CLOCK_THREAD_CPUTIME_ID));
  // A full batch means that more is waiting already; an empty one that nothing is going on.
  if (window_.ns() == 0 || rx_.count == 0 || rx_.count == kBatch || parts_.question.done != nullptr) return;
  const int64_t next = deadline_ns(now);
  if (next == 0) return;
  sleeping_.exchange(true, std::memory_order_acq_rel);
  if (mailbox_.empty()) parts_.io->pause(std::min(next, now + window_.ns()));
}

void Worker::drain_mailbox() {
  Posted posted;
  while (mailbox_.pop(&posted)) {
    std::visit([&](const auto& operation) { operation.apply(&parts_, posted.session); }, posted.operation);
  }
}

void Worker::start_tick(int64_t now) {
  next_tick_ns_ += kSecond;
  // Seconds missed in a long stall (a suspended machine) are skipped: calls get their time instead of ending all at
  // once.
  if (now - next_tick_ns_ > kSecond) next_tick_ns_ += (now - next_tick_ns_) / kSecond * kSecond;
  wall_offset_ns_ = wall_offset_ns();
  const uint64_t received = parts_.counters.packets_received.get();
  parts_.counters.packets_per_second.set(received - packets_at_tick_);
  packets_at_tick_ = received;
  unreachable_ = icmp_.take();
  parts_.sessions.begin_walk();
}

void Worker::continue_tick() {
  const int64_t now = now_ns();
  for (int i = 0; i < kTickSlice; ++i) {
    Session* session = parts_.sessions.walk();
    if (session == nullptr) return;
    review(session, now);
    for (Leg& leg : session->legs) {
      note_unreachable(&leg, now);
      for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
        parts_.reporter.tick(stream);
        stream->watch.refill();
      }
    }
    test_timers(session);
  }
}

void Worker::review(Session* session, int64_t now_ns) {
  for (Leg& leg : session->legs) {
    if (latch_review_due(leg.rtp.latch, now_ns)) relay_.review(&leg, now_ns);
  }
}

void Worker::note_unreachable(Leg* leg, int64_t now_ns) {
  const Endpoint& local = leg->rtp.port.local;
  for (const Unreachable& message : unreachable_) {
    if (message.local.port != local.port || message.remote != leg->rtp.latch.remote) continue;
    if (!local.wildcard() && !local.same_host(message.local)) continue;
    UnreachedAddress& unreached = (*leg->rtp.session->reserve)[leg->rtp.leg].unreached;
    if (!leg->unreached) unreached = {};
    leg->unreached = true;
    unreached.add(message, static_cast<double>(now_ns + wall_offset_ns_) * kNanosecond);
  }
}

void Worker::test_timers(Session* session) {
  for (Leg& timer : session->timers()) {
    if (timer.ttl > 0) {
      --timer.ttl;
    } else if (!session->expired) {
      // Reported again at the next tick when the ring is full: a timeout is never lost.
      session->expired = parts_.reporter.timeout(*session, timer.rtp.leg);
    }
  }
}

bool Worker::watched_due(int64_t now) {
  if (parts_.watch.empty()) {
    watched_due_ns_ = kEndless;
    return false;
  }
  const bool due = watched_due_ns_ <= now;
  if (due || watched_due_ns_ == kEndless) watched_due_ns_ = now + kWatchedDelay;
  return due;
}

bool Worker::answer() {
  const AskedFigures asked = std::exchange(parts_.asked, {});
  if (asked.open == nullptr) return false;
  for (const WantedFigures& wanted : asked.wanted) wanted.session->snapshot(wall_offset_ns_, wanted.out);
  return asked.open->fetch_sub(1, std::memory_order_acq_rel) == 1;
}

void Worker::publish(int64_t now) {
  // Before sessions are handed over that it is about.
  const bool answered = answer();
  const bool ended = parts_.playout.publish();
  const bool retired = parts_.sessions.publish();
  const bool watched = watched_due(now);
  if (answered || ended || retired || watched || !parts_.events.empty()) sink_->events_pending();
}

void Worker::answer_question() {
  const Question question = std::exchange(parts_.question, {});
  if (question.done == nullptr) return;
  for (const WantedFigures& wanted : question.wanted) wanted.session->snapshot(wall_offset_ns_, wanted.out);
  question.done->signal();
}

}  // namespace rtpp
