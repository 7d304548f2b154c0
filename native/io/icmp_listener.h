#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/fd.h"
#include "io/icmp_message.h"
#include "io/rtp_ports.h"

namespace rtpp {

/**
 * Hears that datagrams of this host did not arrive. The messages are no proof: whoever knows both addresses can forge
 * one, so they are told to the operator and change nothing else. They are asked for once a second, so that a flood of
 * them costs the packet path nothing.
 */
class IcmpListener {
 public:
  /**
   * Opens raw sockets, which takes CAP_NET_RAW: what the kernel refuses is not heard. They get the messages of the
   * whole host; those about `ports` are told.
   */
  explicit IcmpListener(const RtpPorts& ports);

  /** What has come since the last time; good until the next one. */
  std::span<const Unreachable> take();

 private:
  /** Ways, from a port to an address, that are told of a family: where one does not arrive there come many messages. */
  static constexpr size_t kWays = 64;

  /** Reads of one socket until it is empty or enough messages are read. */
  void read(const Fd& socket, std::optional<Unreachable> (*parse)(const uint8_t*, size_t));

  const RtpPorts& ports_;
  Fd v4_;
  Fd v6_;
  std::array<Unreachable, 2 * kWays> heard_;
  size_t count_ = 0;
};

}  // namespace rtpp
