#pragma once

#include <array>
#include <cstddef>
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
  /** Opens raw sockets, which takes CAP_NET_RAW: what the kernel refuses is not heard. */
  IcmpListener();

  /** What has come since the last time, of more messages the first ones; good until the next one. */
  std::span<const Unreachable> take();

 private:
  static constexpr size_t kAtOnce = 64;

  /** Reads of one socket until it is empty or enough messages are read. */
  void read(const Fd& socket, std::optional<Unreachable> (*parse)(const uint8_t*, size_t));

  Fd v4_;
  Fd v6_;
  std::array<Unreachable, kAtOnce> heard_;
  size_t count_ = 0;
};

}  // namespace rtpp
