#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "access/policy.h"
#include "base/fd.h"
#include "base/handles.h"
#include "engine/event_budget.h"
#include "engine/fork.h"
#include "engine/stats.h"
#include "engine/tap.h"
#include "engine/watch.h"
#include "engine/watch_budget.h"
#include "io/batch.h"
#include "io/icmp_message.h"
#include "latch/latch.h"
#include "rtp/analyzer.h"
#include "rtp/resizer.h"
#include "rtp/rtcp_meter.h"

namespace rtpp {

struct LegPlayer;
struct Session;

/** Packets of one direction on one channel, by fate (media.md 2.6). */
struct StreamCounters {
  uint64_t in = 0;
  uint64_t relayed = 0;
  uint64_t dropped = 0;
  uint64_t ignored = 0;
};

/** Of a port at the wildcard address: who sent there last, and to which of our addresses. */
struct ArrivalAddress {
  Endpoint peer;
  Endpoint local;
};

/** What ICMP messages said of packets to an address. */
struct UnreachedAddress {
  Endpoint address;
  uint32_t messages = 0;
  int32_t error = 0;
  /** Of the messages those since the last pause: a party that now and then misses a packet is reached. */
  uint32_t recent = 0;
  /** Unix seconds of the last one. */
  double at = 0;

  /** Takes in what was heard by `now`; of another address than before it begins anew. */
  void add(const Unreachable& heard, double now);
};

/** What few legs ever need: it lies apart from the leg, which knows what of it is in use (ColdPool). */
struct LegReserve {
  JitterMeter::Others jitter;
  LatchCandidates candidates;
  /** RTP, RTCP. */
  TapAddresses taps[2];
  ArrivalAddress arrivals[2];
  WatchedPayloads payloads;
  UnreachedAddress unreached;
};
using SessionReserve = std::array<LegReserve, 2>;

/** RTP or RTCP of one leg: the local port, and the peer that sends to it and is sent to from it. */
struct Stream {
  MediaPort port;
  LatchState latch;
  Tap tap;
  StreamCounters counters;
  Session* session = nullptr;
  uint8_t leg = 0;
  bool rtcp = false;
  /** There is an arrival for it in the reserve. */
  bool arrival_known : 1 = false;
  /** Payload types of its RTP are watched or hidden; the reserve has them. */
  bool watched : 1 = false;
  WatchBudget watch;
  EventBudget events;

  /** A packet to the peer; `data` is not copied. */
  TxPacket to_peer(const uint8_t* data, uint32_t len) const {
    return {data, len, port.fd, latch.remote, &port, source(), nullptr};
  }
  /** Where a packet was received: the port's own address, or on a wildcard one the address that it was sent to. */
  Endpoint received_at(const Endpoint& sent_to) const;
  /** On the wildcard address: the local address that the peer sends to, if it has sent; else null. */
  const Endpoint* source() const;
  /** The peer has sent to a port at the wildcard address; `local` is the address that it was sent to. */
  void arrived(const Endpoint& peer, const Endpoint& local);
};

/** One side of a call: leg 0 faces the callee, leg 1 the caller (protocol.md 1). */
struct Leg {
  explicit Leg(LegReserve* reserve) : analyzer(&reserve->jitter) {
    rtp.tap.addresses = &reserve->taps[0];
    rtcp.tap.addresses = &reserve->taps[1];
  }

  Stream rtp;
  Stream rtcp;
  Analyzer analyzer;
  /** Where RTP was sent to last. */
  Judgement judged;
  /** Resizes the packets received from the peer; null: they are sent on as they are. */
  Resizer* resizer = nullptr;
  /** Of the RTCP from the peer. */
  RtcpMeter rtcp_meter;
  /** Plays to the peer; packets of the other party do not get through meanwhile. */
  LegPlayer* player = nullptr;
  /** That the kernel did not take a packet to its peer was reported; errno of the last one, 0 = none. */
  bool refusal_reported = false;
  /** Packets from its peer circulate; until signalling names another one. */
  bool looped = false;
  /** There is an address in the reserve that RTP has not reached. */
  bool unreached = false;
  int32_t send_error = 0;
  /** Unix seconds of the first and last RTP packet, 0 = none. */
  double first_in = 0;
  double last_in = 0;
  /** Monotonic nanoseconds of the latest RTP packet. */
  int64_t last_in_ns = 0;
  int64_t longest_ipi_ns = 0;
  /** Of its timer: seconds left, the value that a start sets (media.md 4), and that value once the session is complete.
   */
  int32_t ttl = 0;
  int32_t full_ttl = 0;
  int32_t complete_ttl = 0;
};

/**
 * One call's media. Made and freed by the main thread; between its first operation and its return on the retired list
 * it belongs to one worker thread, which alone reads and writes the second part.
 */
struct Session {
  explicit Session(SessionReserve* reserve) : reserve(reserve), legs{Leg(&(*reserve)[0]), Leg(&(*reserve)[1])} {}

  // Main thread.
  SessionReserve* const reserve;
  SessionId id{};
  uint32_t slot = 0;
  uint32_t worker = 0;
  /** An operation was posted, so the session has to come back through the retired list. */
  bool posted = false;
  /** Operations that started a timer: what was reported of its end before the last of them is stale. */
  uint32_t timer_starts = 0;
  /** Of each leg's ports; 0: it has none. */
  uint8_t family[2] = {0, 0};
  /** Made when the leg's packets are to be resized for the first time; from then on the worker uses it, or not. */
  std::unique_ptr<Resizer> resizers[2];
  /** Of which this session is the target. */
  std::vector<std::unique_ptr<Fork>> own_forks;

  // Worker thread.
  Leg legs[2];
  /** Both legs have ports: only then are packets processed (media.md 1.1). */
  bool complete = false;
  /** Each leg has a timer of its own (`-i`); otherwise the first leg's serves both. */
  bool independent_ttl = false;
  /** A timer ended and was reported; it is not reported again before a restart. */
  bool expired = false;
  /** The `timer_starts` of the last operation that started one. */
  uint32_t timer_start = 0;
  /** Forks of which this session is the source; of which it is the target. */
  Fork* forks = nullptr;
  Fork* sources = nullptr;
  /** It is or was the target of a fork, so it relays nothing of its own. */
  bool fork_target = false;
  bool linked = false;
  /** That an address is denied was reported. */
  bool denial_reported = false;
  /** That packets circulate was reported. */
  bool loop_reported = false;
  /** Of a removed session: what the backend may use again of its legs' RTP and RTCP ports. */
  Fd idle[2][2];
  /** Of a removed session: the end of what modules have to look at before (Watch). */
  uint64_t watched_end = 0;
  Session* prev = nullptr;
  Session* next = nullptr;

  /** The legs whose timers count. */
  std::span<Leg> timers() { return {legs, independent_ttl ? size_t{2} : size_t{1}}; }
  /** The one whose timer is that of a leg. */
  Leg& timer(int leg) { return legs[independent_ttl ? leg : 0]; }
  const Leg& timer(int leg) const { return legs[independent_ttl ? leg : 0]; }
  /** From both parties, RTP and RTCP. */
  uint64_t packets_in() const {
    uint64_t sum = 0;
    for (const Leg& leg : legs) sum += leg.rtp.counters.in + leg.rtcp.counters.in;
    return sum;
  }
  /** By an operation of that number. */
  void started(uint32_t number) {
    expired = false;
    timer_start = number;
  }
  void restart_timer(int leg) { timer(leg).ttl = timer(leg).full_ttl; }
  /** `wall_offset_ns`: what to add to monotonic time for Unix time. */
  void snapshot(int64_t wall_offset_ns, SessionFigures* out) const;
};

}  // namespace rtpp
