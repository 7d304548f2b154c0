#pragma once

#include <netinet/in.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/addr.h"
#include "base/names.h"
#include "control/asked_address.h"
#include "control/command_key.h"
#include "control/control_datagram.h"
#include "control/reply_cache.h"

namespace rtpp {

/** A control socket, by a number that is not used again. */
using ControlSocketId = int32_t;

/** Who sent a control datagram, and to which socket. */
struct ControlPeer {
  ControlSocketId socket = 0;
  socklen_t length = 0;
  /** A sockaddr_in of an IPv4 socket begins in it. */
  sockaddr_in6 address{};
  /** Where the reply comes from; none: the address that the socket is bound to. */
  AskedAddress asked;

  const sockaddr* sockaddress() const { return reinterpret_cast<const sockaddr*>(&address); }
};

/** Datagrams to send. Emptied and filled again, without new memory once it has grown. */
struct ControlOutbox {
  struct Item {
    ControlPeer peer;
    size_t offset;
    size_t size;
  };

  void clear() {
    bytes.clear();
    items.clear();
  }
  void add(const ControlPeer& peer, std::string_view text);

  std::string bytes;
  std::vector<Item> items;
};

using AddressWords = std::array<int32_t, 4>;

#define RTPP_CONTROL_REQUEST_FIELDS(X)                                            \
  X(int32_t, id)                                                                  \
  X(ControlSocketId, socket)                                                      \
  X(int32_t, offset) /* where the command lies in the buffer that was given */    \
  X(int32_t, size)                                                                \
  X(int32_t, room)   /* the longest reply that may be given, in bytes */          \
  X(int32_t, family) /* of the sender; an IPv4-mapped address is given as IPv4 */ \
  X(int32_t, port)                                                                \
  X(AddressWords, ip) /* network byte order */

/**
 * A command as the executing thread gets it; integers, so that they cross the addon's boundary as one array. The id is
 * never negative.
 */
struct ControlRequest {
  RTPP_CONTROL_REQUEST_FIELDS(RTPP_MEMBER)
};
inline constexpr size_t kControlRequestFields = sizeof(ControlRequest) / sizeof(int32_t);

#define RTPP_CONTROL_FIGURES(X)                                                                \
  X(repeated)     /* datagrams answered with a reply given before */                           \
  X(answered)     /* V and VF answered here */                                                 \
  X(dropped)      /* datagrams and replies: a bound was reached, or the kernel refused them */ \
  X(cached)       /* replies kept, */                                                          \
  X(cached_bytes) /* and their memory */                                                       \
  X(denied)       /* datagrams dropped because of their sender (ControlGate) */

struct ControlFigures {
  RTPP_CONTROL_FIGURES(RTPP_FIGURE)
};

/**
 * Which control datagrams are new commands, which are repeated, and who waits for the reply of a command that is
 * running (protocol.md 2.3). Knows no sockets and no threads. Times are monotonic milliseconds.
 */
class RequestBook {
 public:
  /** Requests without a reply so far, retransmissions among them. */
  static constexpr size_t kMaxRequests = 4096;
  /** Bytes of commands that wait to be taken. */
  static constexpr size_t kMaxQueued = 1 << 20;

  RequestBook();

  /** Dates that VF confirms. From now on V and VF are answered here. */
  void answer_versions(std::string base, std::vector<std::string> dates);
  /** From now on V and VF are commands like others. */
  void leave_versions() { base_version_.clear(); }

  /** Takes in a datagram of at most kMaxCommand bytes; what can be answered at once goes to `out`. */
  void arrived(std::string_view datagram, const ControlPeer& peer, int64_t now_ms, ControlOutbox* out);
  /** Whether there is a command to take. */
  bool waiting() const { return !queue_.empty(); }
  /** Hands out up to `max` commands, oldest first, as far as their bytes fit into `buffer`. */
  size_t take(uint8_t* buffer, size_t room, ControlRequest* out, size_t max);
  /** The reply of a command that was taken; without text it is forgotten. Nothing happens for an unknown id. */
  void reply(int32_t id, std::string_view text, int64_t now_ms, ControlOutbox* out);
  /** Forgets commands of a socket that were not taken yet. */
  void forget(ControlSocketId socket);
  void count_drop() { figures_.dropped += 1; }
  void sweep(int64_t now_ms) { cache_.sweep(now_ms); }

  ControlFigures figures() const;

 private:
  struct Request {
    std::string cookie;
    std::string command;
    /** Points into the two; the key of a command without cookie is not used. */
    CommandKey key;
    ControlPeer peer;
    /** Who repeated the command while it ran. */
    std::vector<ControlPeer> repeats;
    uint32_t generation = 0;
    bool open = false;
  };

  bool full();
  bool answer_version(const CommandKey& key, const ControlPeer& peer, int64_t now_ms, ControlOutbox* out);
  void answer(const CommandKey& key, std::string_view text, int64_t now_ms, std::string_view* datagram);
  void enqueue(const ControlDatagram& datagram, const CommandKey& key, const ControlPeer& peer);
  void release(uint32_t slot);

  const CommandKeys keys_;
  ReplyCache cache_;
  std::string base_version_;
  std::vector<std::string> dates_;
  std::deque<Request> requests_;
  std::vector<uint32_t> free_;
  /** Slots of commands to take. */
  std::deque<uint32_t> queue_;
  size_t queued_bytes_ = 0;
  /** Slots of commands without a reply. */
  std::unordered_map<CommandKey, uint32_t, CommandKeyHash> running_;
  size_t unanswered_ = 0;
  ControlFigures figures_;
  std::string scratch_;
};

}  // namespace rtpp
