#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "access/policy.h"
#include "base/addr.h"
#include "base/bounded.h"
#include "base/cold_pool.h"
#include "base/handles.h"
#include "engine/tap_book.h"
#include "engine/worker.h"
#include "io/backends.h"
#include "io/media_socket.h"
#include "sinks/writer.h"

namespace rtpp {

struct EngineOptions {
  uint32_t workers = 1;
  /** CPUs that the workers are bound to, one after the other; empty: to none. */
  std::vector<int32_t> worker_cpus;
  bool independent_ttl = false;
  RelayOptions relay;
  /** Of io_choices. */
  const char* io = "sockets";
};

/** Of a timer. */
using Seconds = Bounded<0, INT32_MAX>;
/** Length of an RTP packet in milliseconds; 0: as it comes. */
using Ptime = Bounded<0, 999>;
/** TOS byte, as the option has it. */
using Tos = Bounded<0, INT32_MAX>;
/** The same, or kNoTos. */
using AnyTos = Bounded<kNoTos, INT32_MAX>;

/** Where RTP is; RTCP is at the next port, so the last port of all is none for RTP. */
struct RtpEndpoint : Endpoint {
  RtpEndpoint() = default;
  RtpEndpoint(const Endpoint& endpoint) : Endpoint(endpoint) {}
};

/** Where signalling says that a leg's peer is. */
struct SignalledPeer {
  PeerKind kind = PeerKind::kNone;
  /** It sends from somewhere else. */
  bool asymmetric = false;
  /** Of RTP; with kAddress only. */
  Endpoint address;
};

/** Where copies of a leg's packets go, and where they come from. The RTCP ports are the ones behind. */
struct CopyRoute {
  RtpEndpoint local;
  Endpoint remote;
  AnyTos tos = kNoTos;
  bool rtcp = true;
};

/** A player has ended. */
struct PlayerEnd {
  /** As given to `play`. */
  double token;
  /** Everything was played. */
  bool finished;
};

/**
 * The relay engine: sessions, their media sockets, and the worker threads that move packets between them. Every
 * function is called by one thread, the main thread; functions on a session return EBADF for a stale SessionId.
 * Nothing here throws; errors are errno values, 0 is success.
 */
class Engine {
 public:
  /**
   * Null with `*error` set to an errno when threads or descriptors cannot be had, or the backend that was asked for.
   * `refusal` may be null: why packets do not go through a better backend.
   */
  static std::unique_ptr<Engine> create(const EngineOptions& options, EventSink* sink, int* error,
                                        IoFailure* refusal = nullptr);
  ~Engine();

  /** The backend that was taken. */
  const char* io() const { return io_->name(); }
  /** Why it is not a better one; nothing if none was tried. */
  const IoFailure& refusal() const { return refusal_; }
  /** Whether sockets are used again for the media ports `media`. */
  SocketReuse socket_reuse(PortRange media) const { return io_->socket_reuse(media); }

  /**
   * A session without ports, of the same worker as `near` if that is given. Both timers get `setup_ttl` seconds and run
   * from the first opened leg on; when it is complete they get `ttl` seconds.
   */
  SessionId create_session(Seconds setup_ttl, Seconds ttl, std::optional<SessionId> near = std::nullopt);
  /**
   * Binds `host`:`port` (RTP) and port + 1 (RTCP) for a leg, replacing its earlier ports. EADDRINUSE or EACCES: try
   * another port; anything else is final.
   */
  [[nodiscard]] int open_leg(SessionId id, LegIndex leg, const RtpEndpoint& local, AnyTos tos);
  /** From now on packets are relayed; both timers start. */
  [[nodiscard]] int complete(SessionId id);
  [[nodiscard]] int set_peer(SessionId id, LegIndex leg, const SignalledPeer& peer) {
    return post(id, op::SetPeer{index(leg), peer.kind, peer.asymmetric, peer.address});
  }
  /** Length of a leg's timer, which is that of both unless they are independent; it starts again. */
  [[nodiscard]] int set_ttl(SessionId id, LegIndex leg, Seconds seconds);
  /** Both timers start again. */
  [[nodiscard]] int restart(SessionId id);
  /** How long the RTP packets received on a leg are made (media.md 3.3). */
  [[nodiscard]] int set_resizer(SessionId id, LegIndex leg, Ptime ptime_ms);
  /** TOS byte of what the leg's present ports send. EAFNOSUPPORT on IPv6. */
  [[nodiscard]] int set_tos(SessionId id, LegIndex leg, Tos tos);
  /** Who may be the peer of any session, from now on; packets in hand included. */
  void set_access(AccessRules rules);
  /** What holds for an address, whatever the session. */
  Denial judge(const Endpoint& peer);
  /** Whether the workers report informational events (latching) from now on. */
  void set_verbose(bool verbose) {
    for (const auto& worker : workers_) worker->set_verbose(verbose);
  }
  /** Exact state after every earlier call. Waits for the worker. */
  [[nodiscard]] int snapshot(SessionId id, SessionFigures* out);
  /**
   * The same of many sessions, to as many places; waits once, for all of their workers together. The ttl of a stale
   * handle is NaN.
   */
  void snapshots(std::span<const SessionId> ids, SessionFigures* out);
  /**
   * Asks for the same without waiting; the sink hears of the answer, which `take_snapshots` has. EBUSY: the answer to
   * the question before was not taken yet.
   */
  [[nodiscard]] int ask_snapshots(std::span<const SessionId> ids);
  /** The answer, for as long as nothing else is asked; nothing: it is not there yet. */
  [[nodiscard]] std::optional<std::span<const SessionFigures>> take_snapshots();
  /** Closes the session's ports and retires it; the handle is stale at once. */
  [[nodiscard]] int remove(SessionId id);

  /**
   * Takes over an open, empty file; it is a session's until a report of `next_recording` says that it is closed. Its
   * number, or a negative errno.
   */
  [[nodiscard]] int64_t add_recording(SessionId id, Fd fd, RecordFormat format);
  /** Closes a file that nothing is recorded into. EBUSY: a stream uses it; EBADF: it is or will be closed. */
  [[nodiscard]] int discard_recording(uint32_t file);
  /** The same for packets of the recording `file` that cannot become sound. Closed with it. */
  [[nodiscard]] int64_t add_companion(uint32_t file, Fd fd, RecordFormat format);
  /**
   * The answer to a report of such packets: where those of each leg go, a companion or kNoFile; they are lost then.
   * EBADF: there is no such recording, or no such companion.
   */
  [[nodiscard]] int divert_recording(uint32_t file, uint32_t callee, uint32_t caller);
  /**
   * Records the packets received on a leg into files of this session, RTP and RTCP; kNoFile: not at all. With `as_sent`
   * pcap shows RTCP as it is sent on. A file is closed when the last leg that uses it has stopped. EBADF also for a
   * file that is or will be closed, or is another session's.
   */
  [[nodiscard]] int record(SessionId id, LegIndex leg, uint32_t rtp, uint32_t rtcp, bool as_sent);
  /** Sends the packets received on a leg to another address too. EADDRINUSE or EACCES: try another port. */
  [[nodiscard]] int copy(SessionId id, LegIndex leg, const CopyRoute& route);
  /** Ends the recording or the copy of a leg. */
  [[nodiscard]] int stop_tap(SessionId id, LegIndex leg);
  /** Next report about a recording. */
  [[nodiscard]] std::optional<RecordReport> next_recording();

  /**
   * Copies to the parties of `target` what the parties of `source` send, and relays what the former send no more. What
   * is received on a leg leaves by the same leg of the target, or `crossed`. EXDEV: they are of different workers;
   * ELOOP: the source gets copies from the target; ENOSPC: the target has too many sources.
   */
  [[nodiscard]] int fork(SessionId target, SessionId source, bool crossed);

  /**
   * Whether modules look at all RTCP from now on. What they are to see comes through `drain_watched`, a session's
   * before its end.
   */
  [[nodiscard]] int watch_rtcp(bool on);
  /** RTP of these types received on a leg: modules look at it, in place of what they looked at before; or it is
   * `hidden` and goes no further. */
  [[nodiscard]] int watch_payloads(SessionId id, LegIndex leg, const PayloadSet& watched, const PayloadSet& hidden);
  /** Copies up to `limit` packets that modules look at, as `Watch::drain`, of each worker in its turn; how many. */
  size_t drain_watched(std::span<uint8_t> out, size_t limit);

  /** Keeps a copy of an encoded announcement for `play`; its number is never used again. */
  uint32_t add_prompt(std::span<const uint8_t> data);
  /** Forgets a prompt; players that have it go on. */
  void drop_prompt(uint32_t prompt);
  /**
   * Plays a prompt to the peer of a leg, in place of what is played to it, as soon as it has a port and an address.
   * Ends with a report of `next_ended_player`. ENOENT: no such prompt; EINVAL: impossible packets.
   */
  [[nodiscard]] int play(SessionId id, LegIndex leg, uint32_t prompt, double token, const PlaySpec& spec);
  /** Ends what is played to the peer of a leg, if anything is. */
  [[nodiscard]] int stop_play(SessionId id, LegIndex leg) { return post(id, op::StopPlay{index(leg)}); }
  /** Next player that has ended. */
  [[nodiscard]] std::optional<PlayerEnd> next_ended_player();

  /**
   * While on, workers are not woken for single operations; turning it off wakes those that have something to do. Calls
   * that wait for a worker wake it anyway.
   */
  void batch_wakeups(bool on);
  /** Closes the sockets that are kept for later legs. */
  void release_sockets() { io_->release_sockets(); }
  /** Waits until the workers have applied every earlier call: ports of removed sessions are then free. */
  void sync();
  EngineTotals totals() const;
  /** Of each worker. */
  std::vector<WorkerFigures> workers() const;

  /** Next event, of each worker in its turn; false when there is none. A timeout is told while it still holds. */
  [[nodiscard]] bool next_event(Event* out);
  /**
   * Next removed session, which is freed, and its final state; kNoSession when there is none, or packets have to be
   * looked at before.
   */
  [[nodiscard]] SessionId next_retired(SessionFigures* out);

  /** Ends the threads and closes every port. Safe to call twice; no other call may follow. */
  void close();

  static constexpr uint32_t kNoFile = 0;

 private:
  struct Slot {
    /** Kept until the worker has given the session back, also after `remove`. */
    std::unique_ptr<Session> session;
    uint32_t generation = 0;
    bool live = false;
  };

  class ReportSignal : public WriterListener {
   public:
    explicit ReportSignal(EventSink* sink) : sink_(sink) {}
    void reports_pending() override { sink_->events_pending(); }

   private:
    EventSink* const sink_;
  };

  Engine(const EngineOptions& options, std::unique_ptr<IoBackend> io, EventSink* sink);
  Session* find(SessionId id);
  void release(Session* session);
  /** Whether the target gets copies from the source, over at most `depth` forks. */
  bool feeds(const Session& source, const Session& target, int depth);
  [[nodiscard]] int post(SessionId id, const Operation& operation);
  void post(Session* session, const Operation& operation);
  /** Posts an operation that starts timers. */
  template <typename Start>
  [[nodiscard]] int start_timers(SessionId id, Start start);
  /** The session's timers were started again after this timeout, or it was removed. */
  bool overtaken(const Event& event);
  /** Notes whose figures are wanted, or takes them where no worker has to be asked. How many workers have to. */
  uint32_t want(std::span<const SessionId> ids, SessionFigures* out, WantedOfWorkers* wanted);
  /** Looks whether the host has got or lost addresses, if it was not looked at lately. */
  void refresh_host();
  void adopt(HostAddresses host);

  EngineOptions options_;
  const std::unique_ptr<IoBackend> io_;
  IoFailure refusal_;
  AccessRules access_rules_;
  /** Outlives the workers, which look into it. */
  std::unique_ptr<const AccessPolicy> policy_;
  /** Monotonic nanoseconds at which the addresses of the host were read. */
  int64_t host_read_ns_ = 0;
  EventSink* const sink_;
  ReportSignal report_signal_;
  /** Outlives the workers, which record into its files to their end. */
  std::unique_ptr<Writer> writer_;
  std::vector<std::unique_ptr<Worker>> workers_;
  /** Sessions of each worker, to give a new one to the least busy. */
  std::vector<uint32_t> load_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  ColdPool<SessionReserve> reserves_;
  TapBook taps_;
  /** Taken from the workers, not yet handed to the caller. */
  Session* retired_ = nullptr;
  LegPlayer* ended_players_ = nullptr;
  /** The worker whose event was taken last. */
  size_t event_turn_ = 0;
  size_t watched_turn_ = 0;
  std::unordered_map<uint32_t, std::shared_ptr<const Prompt>> prompts_;
  uint32_t last_prompt_ = 0;
  Completion done_;
  /** Of each worker, while it is being asked. */
  WantedOfWorkers wanted_;
  Survey survey_;
  bool batch_wakeups_ = false;
};

}  // namespace rtpp
