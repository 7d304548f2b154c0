#include "engine/worker.h"

#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/clock.h"

namespace rtpp {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr double kNanosecond = 1e-9;

}  // namespace

Worker::Worker(uint32_t index, const RelayOptions& options, std::unique_ptr<PacketIo> io, int64_t phase_ns,
               EventSink* sink)
    : index_(index),
      io_(std::move(io)),
      sink_(sink),
      reporter_(&events_, options.verbose),
      relay_(options, &counters_, &reporter_),
      next_tick_ns_(phase_ns + kSecond) {}

Worker::~Worker() { stop(); }

int Worker::start() {
  // pthread_create rather than std::thread: it reports a refusal instead of throwing, and asks for no newer libstdc++.
  // Signals belong to the main thread: the new one starts with all of them blocked.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = ::pthread_create(
      &thread_, nullptr,
      [](void* self) -> void* {
        static_cast<Worker*>(self)->run();
        return nullptr;
      },
      this);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  started_ = error == 0;
  return error;
}

void Worker::stop() {
  if (!started_) return;
  stopping_.store(true, std::memory_order_release);
  io_->wake();
  ::pthread_join(thread_, nullptr);
  started_ = false;
}

void Worker::post(const Command& command) {
  while (!mailbox_.push(command)) {
    io_->wake();
    const timespec pause{0, 50'000};
    ::nanosleep(&pause, nullptr);
  }
  // Both sides read-modify-write the flag, so one of them comes second: the worker then sees the command, or we its
  // sleep.
  if (sleeping_.exchange(false, std::memory_order_acq_rel)) io_->wake();
}

void Worker::run() {
  char name[16];
  std::snprintf(name, sizeof name, "rtp-relay-%u", index_);
  ::prctl(PR_SET_NAME, name);
  wall_offset_ns_ = wall_ns() - now_ns();

  int64_t now = now_ns();
  while (!stopping_.load(std::memory_order_acquire)) {
    sleeping_.exchange(true, std::memory_order_acq_rel);
    io_->receive(&rx_, mailbox_.empty() ? timeout_ms(now) : 0);
    sleeping_.store(false, std::memory_order_relaxed);

    // Commands first: whoever sent these packets may have waited for the reply to a command that is still queued.
    drain_mailbox();
    now = now_ns();
    const double wall = static_cast<double>(now + wall_offset_ns_) * kNanosecond;
    for (size_t i = 0; i < rx_.count; ++i) relay_.process(rx_.packets[i], now, wall, &tx_);
    if (tx_.count > 0) io_->send(&tx_);

    if (now >= next_tick_ns_ && tick_cursor_ == nullptr) start_tick(now);
    if (tick_cursor_ != nullptr) continue_tick();
    publish();
  }
  drain_mailbox();
  while (sessions_ != nullptr) remove(sessions_);
  publish();
}

int Worker::timeout_ms(int64_t now_ns) const {
  if (tick_cursor_ != nullptr) return 0;
  const int64_t left = next_tick_ns_ - now_ns;
  return left <= 0 ? 0 : static_cast<int>(left / 1'000'000 + 1);
}

void Worker::drain_mailbox() {
  Command command;
  while (mailbox_.pop(&command)) apply(command);
}

void Worker::apply(const Command& command) {
  Session* session = command.session;
  switch (command.kind) {
    case CommandKind::kOpenLeg:
      open_leg(command);
      break;
    case CommandKind::kComplete:
      session->complete = true;
      break;
    case CommandKind::kSetPeer:
      set_peer(command);
      break;
    case CommandKind::kSetTtl:
      set_ttl(session, command);
      break;
    case CommandKind::kRestart:
      restart(session);
      break;
    case CommandKind::kSnapshot:
      session->snapshot(command.snapshot);
      command.done->signal();
      break;
    case CommandKind::kRemove:
      remove(session);
      break;
    case CommandKind::kSync:
      // Answered by publish(): sessions removed before must be on the retired list, and no packet in hand may need
      // them.
      synced_ = command.done;
      break;
  }
}

void Worker::open_leg(const Command& command) {
  Session* session = command.session;
  if (!session->linked) link(session);
  Leg& leg = session->legs[command.leg];
  close_port(&leg.rtp.port);
  close_port(&leg.rtcp.port);
  attach(&leg.rtp, command.fds[0]);
  attach(&leg.rtcp, command.fds[1]);
}

void Worker::attach(Stream* stream, int fd) {
  stream->port.fd = fd;
  stream->port.kernel_drops = 0;
  stream->port.owner = stream;
  const int error = io_->attach(&stream->port);
  if (error != 0) reporter_.attach_failed(*stream, error);
}

void Worker::close_port(MediaPort* port) {
  if (!port->open()) return;
  io_->detach(port);
  ::close(port->fd);
  port->fd = -1;
}

void Worker::set_peer(const Command& command) {
  Leg& leg = command.session->legs[command.leg];
  const int64_t now = now_ns();
  for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
    Endpoint peer = command.peer;
    if (stream->rtcp) ++peer.port;  // wraps to 0 behind 65535, as in the C daemon (media.md 2.1)
    LatchNotes notes;
    switch (command.peer_kind) {
      case PeerKind::kNone:
        break;
      case PeerKind::kHold:
        notes = latch_hold(&stream->latch);
        break;
      case PeerKind::kAddress:
        notes = latch_signal(&stream->latch, peer, now);
        break;
    }
    latch_set_asymmetric(&stream->latch, command.asymmetric);
    reporter_.signalled(*stream, notes);
  }
}

void Worker::set_ttl(Session* session, const Command& command) {
  for (int leg = 0; leg < 2; ++leg) {
    if (command.leg != kBothLegs && session->independent_ttl && command.leg != leg) continue;
    session->legs[leg].full_ttl = command.value;
    session->legs[leg].ttl = command.value;
  }
  session->expired = false;
  ++session->restarts;
}

void Worker::restart(Session* session) {
  for (Leg& leg : session->legs) leg.ttl = leg.full_ttl;
  session->expired = false;
  ++session->restarts;
}

void Worker::remove(Session* session) {
  for (Leg& leg : session->legs) {
    close_port(&leg.rtp.port);
    close_port(&leg.rtcp.port);
  }
  session->complete = false;
  if (session->linked) unlink(session);
  session->next = retiring_;
  retiring_ = session;
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
  wall_offset_ns_ = wall_ns() - now_ns();
  const uint64_t received = counters_.packets_received.get();
  counters_.packets_per_second.set(received - packets_at_tick_);
  packets_at_tick_ = received;
  tick_cursor_ = sessions_;
}

void Worker::continue_tick() {
  for (int i = 0; i < kTickSlice && tick_cursor_ != nullptr; ++i) {
    Session* session = tick_cursor_;
    tick_cursor_ = session->next;
    test_timers(session);
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
  if (retiring_ != nullptr) {
    Session* last = retiring_;
    while (last->next != nullptr) last = last->next;
    Session* head = retired_.load(std::memory_order_relaxed);
    do {
      last->next = head;
    } while (!retired_.compare_exchange_weak(head, retiring_, std::memory_order_release, std::memory_order_relaxed));
    retiring_ = nullptr;
    sink_->events_pending();
  } else if (!events_.empty()) {
    sink_->events_pending();
  }
  if (synced_ != nullptr) std::exchange(synced_, nullptr)->signal();
}

}  // namespace rtpp
