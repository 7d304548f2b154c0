#pragma once

#include <fcntl.h>

#include <atomic>
#include <memory>
#include <utility>

#include "base/cold_pool.h"
#include "check.h"
#include "engine/worker.h"
#include "fake_io.h"
#include "udp_peer.h"

namespace rtpp::test {

inline constexpr int64_t kSecond = 1'000'000'000;
inline const Endpoint kCallee = endpoint("10.0.0.1", 4000);
inline const Endpoint kCaller = endpoint("10.0.0.2", 5000);

inline int any_descriptor() { return ::open("/dev/null", O_RDONLY | O_CLOEXEC); }
inline bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

/** One worker on a fake backend; this thread is its main thread. */
struct WorkerRig : EventSink {
  explicit WorkerRig(bool verbose = true, int32_t batch_window = 0) {
    auto made = std::make_unique<FakeIo>();
    io = made.get();
    RelayOptions options;
    options.verbose = verbose;
    options.batch_window = batch_window;
    // A phase in the past: the first tick comes at once.
    worker = std::make_unique<Worker>(3, options, std::move(made), now_ns() - kSecond, this);
    CHECK_EQ(worker->start(), 0);
  }
  ~WorkerRig() override { worker->stop(); }

  void events_pending() override {
    pending.fetch_add(1);
    if (free_at_once) delete worker->take_retired();
  }

  static Session* make_session(int32_t ttl = 60) {
    static ColdPool<SessionReserve> reserves;
    auto* session = new Session(reserves.take());
    session->id = SessionId{42};
    for (uint8_t i = 0; i < 2; ++i) {
      Leg& leg = session->legs[i];
      leg.ttl = leg.full_ttl = leg.complete_ttl = ttl;
      leg.rtcp.rtcp = true;
      for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
        stream->session = session;
        stream->leg = i;
      }
    }
    return session;
  }

  void post(Session* session, const Operation& operation) { worker->post({session, operation}); }

  void open_leg(Session* session, uint8_t leg = 0) {
    post(session, op::OpenLeg{leg, 0, {any_descriptor(), any_descriptor()}, {}});
  }

  void set_peer(Session* session, uint8_t leg, PeerKind kind, const Endpoint& peer = {}) {
    post(session, op::SetPeer{leg, kind, false, peer});
  }

  /** Waits until everything posted before has been applied. */
  void sync() {
    Completion done;
    post(nullptr, op::Sync{&done});
    done.wait();
  }

  void open_call(Session* session) {
    for (uint8_t leg = 0; leg < 2; ++leg) open_leg(session, leg);
    post(session, op::Complete{});
    set_peer(session, 0, PeerKind::kAddress, kCallee);
    set_peer(session, 1, PeerKind::kAddress, kCaller);
  }

  /** A call that is set up, and the worker held: what happens until the end of the hold comes to it in one pass. */
  Session* held_call() {
    Session* session = make_session();
    open_call(session);
    sync();
    io->hold(true);
    CHECK(eventually([this] { return io->holding(); }));
    return session;
  }

  /** The next event of that kind; others are passed over. */
  bool next(EventKind kind, Event* event, int ms = 4000) {
    return eventually(
        [&] {
          while (worker->events().pop(event)) {
            if (event->kind == kind) return true;
          }
          return false;
        },
        ms);
  }

  /** Frees what has come back; how many sessions that were. */
  int collect() {
    int count = 0;
    for (Session* session = worker->take_retired(); session != nullptr; ++count)
      delete std::exchange(session, session->next);
    return count;
  }

  FakeIo* io = nullptr;
  std::unique_ptr<Worker> worker;
  std::atomic<int> pending{0};
  std::atomic<bool> free_at_once{false};
};

}  // namespace rtpp::test
