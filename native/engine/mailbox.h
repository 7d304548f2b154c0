#pragma once

#include <atomic>
#include <cstdint>

#include "base/addr.h"
#include "base/names.h"
#include "engine/session.h"

namespace rtpp {

enum class CommandKind : uint8_t {
  kOpenLeg,   // fds: new sockets of the leg, replacing older ones; local; value: TOS byte
  kSetTos,    // value: TOS byte of what the leg's ports send
  kComplete,  // packets are processed from now on
  kSetPeer,   // peer, or none; asymmetric
  kSetTtl,    // value: seconds; leg, or both with kBothLegs
  kResize,    // resizer, and value: its packet length in ms; null: packets of the leg are no longer resized
  kRestart,   // both timers start again
  kSnapshot,  // snapshot, done
  kRecord,    // files: where the leg's RTP and RTCP are recorded, null for not at all; as_sent
  kCopy,      // fds: sockets to send copies of the leg's RTP and RTCP from, -1 for not at all; peer
  kStopTap,   // the leg's recording or copy ends
  kPlay,      // player
  kStopPlay,
  kFork,    // fork, source, crossed
  kAdopt,   // policy
  kRemove,  // close everything and retire the session
  kSync     // done
};

inline constexpr uint8_t kBothLegs = 2;

/** What signalling said about a leg's peer. */
#define RTPP_PEER_KINDS(X) X(kNone) X(kHold) X(kAddress)
RTPP_NAMED_ENUM(PeerKind, RTPP_PEER_KINDS)

/** Lets the control thread wait for a worker. Reused, so it outlives every notification. */
class Completion {
 public:
  void reset() { done_.store(0, std::memory_order_relaxed); }
  void wait() { done_.wait(0, std::memory_order_acquire); }
  void signal() {
    done_.store(1, std::memory_order_release);
    done_.notify_one();
  }

 private:
  std::atomic<uint32_t> done_{0};
};

/** One change of a session, from the control thread to the session's worker. */
struct Command {
  CommandKind kind = CommandKind::kSync;
  uint8_t leg = 0;
  PeerKind peer_kind = PeerKind::kNone;
  bool asymmetric = false;
  bool as_sent = false;
  int fds[2] = {-1, -1};
  int32_t value = 0;
  RecordFile* files[2] = {nullptr, nullptr};
  Endpoint peer;
  Endpoint local;
  LegPlayer* player = nullptr;
  Resizer* resizer = nullptr;
  Fork* fork = nullptr;
  const AccessPolicy* policy = nullptr;
  Session* source = nullptr;
  bool crossed = false;
  Session* session = nullptr;
  SessionSnapshot* snapshot = nullptr;
  Completion* done = nullptr;
};

}  // namespace rtpp
