#pragma once

#include <pthread.h>

#include <atomic>
#include <memory>

#include "engine/batch_window.h"
#include "engine/events.h"
#include "engine/mailbox.h"
#include "engine/relay.h"
#include "io/io.h"

namespace rtpp {

/** Tells the control thread that a worker has events or retired sessions for it. Called on worker threads. */
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void events_pending() = 0;
};

/**
 * One relay thread and everything it owns: its input and output, the sessions given to it, their timers. The control
 * thread talks to it through a bounded mailbox and hears from it through the event ring and the list of retired
 * sessions, so that no lock is taken on the packet path.
 */
class Worker {
 public:
  /** `phase_ns` is the monotonic moment from which all workers count seconds. */
  Worker(uint32_t index, const RelayOptions& options, std::unique_ptr<PacketIo> io, int64_t phase_ns, EventSink* sink);
  ~Worker();

  /** Starts the thread; 0 or an errno. */
  int start();
  /** Control thread: lets the started thread run on this CPU alone; 0 or an errno (EINVAL: we may not use it). */
  int bind_to(int cpu);
  /** Control thread: ends the thread; ports of its sessions are closed, the sessions stay in memory. */
  void stop();

  /**
   * Control thread: hands a command over; waits, which is rare and short, while the mailbox is full. Without `wake` the
   * worker may sleep on until the next call of `wake`.
   */
  void post(const Command& command, bool wake = true);
  /** Control thread: the worker applies what it was given, soon. */
  void wake();
  /** Control thread: everything retired since the last call, linked by `next`. */
  Session* take_retired() { return retired_.exchange(nullptr, std::memory_order_acquire); }

  /** Control thread: players that ended since the last call, linked by `next_ended`. */
  LegPlayer* take_ended_players() { return playout_.take_ended(); }

  /** Control thread: informational events, on or off. */
  void set_verbose(bool verbose) { reporter_.set_verbose(verbose); }

  EventRing& events() { return events_; }
  const WorkerCounters& counters() const { return counters_; }
  const IoCounters& io_counters() const { return io_->counters(); }

 private:
  static constexpr size_t kMailbox = 1024;
  /** Sessions whose timers are tested before packets get their turn again. */
  static constexpr int kTickSlice = 256;

  void run();
  void drain_mailbox();
  void apply(const Command& command);
  void open_leg(const Command& command);
  void set_peer(const Command& command);
  void change_tap(const Command& command);
  void set_ttl(Session* session, const Command& command);
  void resize(const Command& command);
  void stop_resizing(Leg* leg);
  void restart(Session* session);
  void remove(Session* session);
  /** `idle` gets the socket if it may serve another port. */
  void close_port(MediaPort* port, Fd* idle = nullptr);
  void attach(Stream* stream, int fd);
  void link(Session* session);
  void unlink(Session* session);
  void start_tick(int64_t now_ns);
  void continue_tick();
  /** Where a player sends, when no packet of the other party asks. */
  void review(Session* session, int64_t now_ns);
  void test_timers(Session* session);
  void publish();
  /** Until when there is nothing to do but packets and commands; 0: there is something now. */
  int64_t deadline_ns(int64_t now_ns) const;
  /** Lets packets of many calls come together before the pass after the one that began at `now_ns`. */
  void coalesce(int64_t now_ns);

  const uint32_t index_;
  const std::unique_ptr<PacketIo> io_;
  EventSink* const sink_;
  WorkerCounters counters_;
  EventRing events_;
  Reporter reporter_;
  Admission admission_;
  Taps taps_;
  Forks forks_;
  Playout playout_;
  Relay relay_;
  BatchWindow window_;
  RxBatch rx_;
  TxBatch tx_;

  SpscRing<Command, kMailbox> mailbox_;
  std::atomic<bool> sleeping_{false};
  std::atomic<bool> stopping_{false};

  Session* sessions_ = nullptr;
  /** Where the walk over the sessions' timers goes on; null between two walks. */
  Session* tick_cursor_ = nullptr;
  int64_t next_tick_ns_;
  /** Wall clock minus monotonic clock, in nanoseconds, as of the last tick. */
  int64_t wall_offset_ns_ = 0;
  uint64_t packets_at_tick_ = 0;
  /** Removed in this pass: packets of the batch in hand may still point to them. */
  Session* retiring_ = nullptr;
  /** The snapshot that the control thread waits for, with `session` null when it waits for none. */
  Command asked_;
  /** Who waits for the end of this pass. The control thread has at most one sync under way. */
  Completion* synced_ = nullptr;
  std::atomic<Session*> retired_{nullptr};

  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace rtpp
