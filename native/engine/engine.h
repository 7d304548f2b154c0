#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/addr.h"
#include "engine/worker.h"

namespace rtpp {

struct EngineOptions {
  uint32_t workers = 1;
  bool independent_ttl = false;
  RelayOptions relay;
};

/** A session handle: slot number and generation, so that a stale one is refused instead of meeting another session. */
using SessionId = double;

/**
 * The relay engine: sessions, their media sockets, and the worker threads that move packets between them. Every
 * function is called by one thread, the control thread; functions that take a SessionId return EBADF for a stale one.
 * Nothing here throws; errors are errno values, 0 is success.
 */
class Engine {
 public:
  /** Null with `*error` set to an errno when threads or descriptors cannot be had. */
  static std::unique_ptr<Engine> create(const EngineOptions& options, EventSink* sink, int* error);
  ~Engine();

  /** A session without ports. Both timers get `ttl` seconds and run from the first opened leg on. */
  SessionId create_session(int32_t ttl);
  /**
   * Binds `host`:`port` (RTP) and port + 1 (RTCP) for a leg, replacing its earlier ports. EADDRINUSE or EACCES: try
   * another port; anything else is final.
   */
  int open_leg(SessionId id, int leg, const Endpoint& local, int tos);
  /** From now on packets are relayed. */
  int complete(SessionId id);
  int set_peer(SessionId id, int leg, PeerKind kind, const Endpoint& peer, bool asymmetric);
  /** Length of a leg's timer (or kBothLegs), in seconds; the timer starts again. */
  int set_ttl(SessionId id, uint8_t leg, int32_t seconds);
  int restart(SessionId id);
  /** TOS byte of what the leg's present ports send. EAFNOSUPPORT on IPv6. */
  int set_tos(SessionId id, int leg, int tos);
  /** Exact state after every earlier call. Waits for the worker. */
  int snapshot(SessionId id, SessionSnapshot* out);
  /** Closes the session's ports and retires it; the handle is stale at once. */
  int remove(SessionId id);

  /** Waits until the workers have applied every earlier call: ports of removed sessions are then free. */
  void sync();
  EngineTotals totals() const;

  /** Next event of any worker; false when there is none. */
  bool next_event(Event* out);
  /** Next removed session and its final state; false when there is none. Frees the session. */
  bool next_retired(SessionId* id, SessionSnapshot* out);

  /** Ends the threads and closes every port. Safe to call twice; no other call may follow. */
  void close();

 private:
  struct Slot {
    /** Kept until the worker has given the session back, also after `remove`. */
    std::unique_ptr<Session> session;
    uint32_t generation = 0;
    bool live = false;
  };

  Engine(const EngineOptions& options, EventSink* sink) : options_(options), sink_(sink) {}
  Session* find(SessionId id);
  void release(Session* session);
  void post(Session* session, Command command);

  EngineOptions options_;
  EventSink* const sink_;
  std::vector<std::unique_ptr<Worker>> workers_;
  /** Sessions of each worker, to give a new one to the least busy. */
  std::vector<uint32_t> load_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  /** Taken from the workers, not yet handed to the caller. */
  Session* retired_ = nullptr;
  Completion done_;
};

}  // namespace rtpp
