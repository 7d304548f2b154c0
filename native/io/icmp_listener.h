#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/fd.h"
#include "io/icmp_message.h"

namespace rtpp {

/**
 * Hears that datagrams of this host did not arrive. The messages are no proof: whoever knows both addresses can forge
 * one, so they are told to the operator and change nothing else. They are asked for once a second, so that a flood of
 * them costs the packet path nothing.
 */
class IcmpListener {
 public:
  /** Whether datagrams from that local port are of interest: other programs of the host send some, too. */
  using Asks = bool (*)(uint16_t local_port);

  /** Opens raw sockets, which takes CAP_NET_RAW: what the kernel refuses is not heard. */
  explicit IcmpListener(Asks asks);

  /** What has come since the last time; good until the next one. */
  std::span<const Unreachable> take();

 private:
  /** Ways, from a port to an address, that are told of a family: where one does not arrive there come many messages. */
  static constexpr size_t kWays = 64;

  /** Reads of one socket until it is empty or enough messages are read. */
  void read(const Fd& socket, std::optional<Unreachable> (*parse)(const uint8_t*, size_t));

  const Asks asks_;
  Fd v4_;
  Fd v6_;
  std::array<Unreachable, 2 * kWays> heard_;
  size_t count_ = 0;
};

}  // namespace rtpp
