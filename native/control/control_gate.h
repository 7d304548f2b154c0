#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

#include "access/policy.h"

namespace rtpp {

/**
 * Who may send control datagrams: those that the operator allows, or everybody; and never one of our own media ports,
 * which pass on what parties of calls say.
 */
class ControlGate {
 public:
  /** Any thread: nobody else from now on; an empty list is everybody. */
  void allow_only(std::vector<PeerBlock> blocks);
  /** Receiving thread. `now_ns` is monotonic. */
  [[nodiscard]] bool admits(const Endpoint& source, int64_t now_ns);
  [[nodiscard]] bool admits(const sockaddr* source, int64_t now_ns) {
    return admits(Endpoint::from_sockaddr(source), now_ns);
  }
  /** Receiving thread: the first datagram was not admitted since the last call, or the tenth, and so on. */
  bool has_news();

  /** Any thread: datagrams that were not admitted, and who sent the last of them. */
  struct Denied {
    uint64_t count = 0;
    Endpoint last;
  };
  Denied denied();

 private:
  bool from_media_port(const Endpoint& source, int64_t now_ns);

  std::mutex mutex_;
  std::vector<PeerBlock> allowed_;
  Denied denied_;

  // Receiving thread.
  /** Knows the addresses of this host as they were at `host_read_ns_`. */
  AccessPolicy policy_{1, {}, {}};
  /** The count that is news. */
  uint64_t next_news_ = 1;
  int64_t host_read_ns_ = 0;
};

}  // namespace rtpp
