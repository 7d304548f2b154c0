#pragma once

#include <pthread.h>

#include <atomic>
#include <memory>
#include <span>

#include "engine/batch_window.h"
#include "engine/event_sink.h"
#include "engine/mailbox.h"
#include "engine/relay.h"
#include "engine/worker_parts.h"
#include "io/icmp_listener.h"
#include "io/packet_io.h"

namespace rtpp {

/**
 * One relay thread and everything it owns: its input and output, the sessions given to it, their timers. The main
 * thread talks to it through a bounded mailbox and hears from it through the event ring and the list of retired
 * sessions, so that no lock is taken on the packet path.
 */
class Worker {
 public:
  /** `phase_ns` is the monotonic moment from which all workers count seconds. */
  Worker(uint32_t index, const RelayOptions& options, std::unique_ptr<PacketIo> io, int64_t phase_ns, EventSink* sink);
  ~Worker();

  /** Starts the thread; 0 or an errno. */
  [[nodiscard]] int start();
  /** Main thread: lets the started thread run on this CPU alone; 0 or an errno (EINVAL: we may not use it). */
  [[nodiscard]] int bind_to(int cpu);
  /** Main thread: ends the thread; ports of its sessions are closed, the sessions stay in memory. */
  void stop();

  /**
   * Main thread: hands an operation over; waits, which is rare and short, while the mailbox is full. Without `wake` the
   * worker may sleep on until the next call of `wake`.
   */
  void post(const Posted& posted, bool wake = true);
  /** Main thread: the worker applies what it was given, soon. */
  void wake();
  /** Main thread: everything retired since the last call, linked by `next`. */
  Session* take_retired() { return parts_.sessions.take_retired(); }
  /** Main thread: players that ended since the last call, linked by `next_ended`. */
  LegPlayer* take_ended_players() { return parts_.playout.take_ended(); }

  /** Main thread: informational events, on or off. */
  void set_verbose(bool verbose) { parts_.reporter.set_verbose(verbose); }

  /** Main thread: seconds of processor time that the thread has used. */
  double cpu_seconds() const;

  EventRing& events() { return parts_.events; }
  Watch& watch() { return parts_.watch; }
  const WorkerCounters& counters() const { return parts_.counters; }
  const IoCounters& io_counters() const { return parts_.io->counters(); }

 private:
  static constexpr size_t kMailbox = 1024;
  /** Sessions whose timers are tested before packets get their turn again. */
  static constexpr int kTickSlice = 256;

  void run();
  void drain_mailbox();
  void start_tick(int64_t now_ns);
  void continue_tick();
  /** Where a player sends, when no packet of the other party asks. */
  void review(Session* session, int64_t now_ns);
  void test_timers(Session* session);
  /** Takes in what ICMP messages say of the leg's peer. */
  void note_unreachable(Leg* leg, int64_t now_ns);
  /** Hands over to the main thread what the pass has brought. */
  void publish(int64_t now_ns);
  /** At the end of a pass that began after the question was heard: what came before it is counted. */
  void answer_question();
  /** Gives figures that the main thread does not wait for; true: it has all of them now. */
  bool answer();
  /** The main thread is to be woken for watched packets: the first of them has waited long enough for others. */
  bool watched_due(int64_t now_ns);
  /** Until when there is nothing to do but packets and operations; 0: there is something now. */
  int64_t deadline_ns(int64_t now_ns) const;
  /** Lets packets of many calls come together before the pass after the one that began at `now_ns`. */
  void coalesce(int64_t now_ns);

  const uint32_t index_;
  EventSink* const sink_;
  WorkerParts parts_;
  Relay relay_;
  BatchWindow window_;
  RxBatch rx_;
  TxBatch tx_;
  IcmpListener icmp_;
  /** What came in the second before the tick. */
  std::span<const Unreachable> unreachable_;

  SpscRing<Posted, kMailbox> mailbox_;
  std::atomic<bool> sleeping_{false};
  std::atomic<bool> stopping_{false};

  int64_t next_tick_ns_;
  /** Wall clock minus monotonic clock, in nanoseconds, as of the last tick. */
  int64_t wall_offset_ns_ = 0;
  uint64_t packets_at_tick_ = 0;
  /** When the main thread is woken for the watched packets that wait. */
  int64_t watched_due_ns_ = kEndless;

  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace rtpp
