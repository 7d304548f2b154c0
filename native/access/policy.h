#pragma once

#include <cstdint>
#include <vector>

#include "base/addr.h"
#include "base/names.h"

namespace rtpp {

/** Why packets neither go to an address nor are taken from it. */
#define RTPP_DENIALS(X)                                                   \
  X(kNone)                                                                \
  X(kControl) /* a control socket of this daemon */                       \
  X(kOwnPort) /* a port of the session itself; only ever a destination */ \
  X(kListed)  /* the operator denies it */                                \
  X(kMulticast)                                                           \
  X(kBroadcast)                                                           \
  X(kWellKnown) /* a port below 1024 of this host */
RTPP_NAMED_ENUM(Denial, RTPP_DENIALS)

/** Addresses that begin with the same bits, and a range of their ports. */
struct PeerBlock {
  /** Family 0 stands for every address. */
  Endpoint first;
  /** So many bits of the address count. */
  uint8_t prefix = 0;
  uint16_t first_port = 0;
  uint16_t last_port = 65535;

  bool contains(const Endpoint& peer) const;
  bool operator==(const PeerBlock&) const = default;
};

/** Whether one of the blocks contains the address; an IPv4-mapped one counts as the IPv4 address that it is. */
bool listed(const std::vector<PeerBlock>& blocks, const Endpoint& peer);

/** The addresses of this host; ports do not count, and loopback belongs to it without being named. */
struct HostAddresses {
  std::vector<Endpoint> own;
  std::vector<Endpoint> broadcast;
  /** Own ones that no interface has: AnyIP routes, networks of the loopback interface, anycast addresses. */
  std::vector<PeerBlock> routed;

  bool operator==(const HostAddresses&) const = default;
};

/** A local address that the outside knows by another one (`-A`, `=ADVERTISED`). Ports do not count. */
struct Alias {
  Endpoint advertised;
  Endpoint local;
};

/** What the operator has said about the peers of calls, and where the daemon itself listens. */
struct AccessRules {
  /** UDP control sockets, as they are bound. */
  std::vector<Endpoint> control;
  std::vector<Alias> aliases;
  /** Exceptions from what is denied, control sockets apart. */
  std::vector<PeerBlock> allow;
  std::vector<PeerBlock> deny;
};

/**
 * Who may be the peer of a call. Pure: it knows what it was given. IPv4-mapped addresses count as the IPv4 addresses
 * that they are, and the any-address as loopback, which is where the kernel sends what is sent there.
 */
class AccessPolicy {
 public:
  /** `version` is not 0 and tells policies apart. */
  AccessPolicy(uint32_t version, AccessRules rules, HostAddresses host);

  /** What holds for every session. */
  Denial judge(const Endpoint& peer) const;
  /** Whether what is sent to `peer` comes to the media port that is bound to `local`. */
  bool reaches(const Endpoint& peer, const Endpoint& local) const;
  /** The host of `peer` is this one, by an own address or an advertised one. */
  bool ours(const Endpoint& peer) const;

  uint32_t version() const { return version_; }
  const HostAddresses& host() const { return host_; }

 private:
  /** Whether what is sent to `peer` comes to a control socket. */
  bool commands(const Endpoint& peer, const Endpoint& socket) const;
  bool own(const Endpoint& host) const;
  bool advertised(const Endpoint& host, const Endpoint& local) const;

  uint32_t version_;
  AccessRules rules_;
  HostAddresses host_;
};

/** An address as it was judged last. */
struct Judgement {
  Endpoint of;
  /** Of the policy; 0: nothing was judged. */
  uint32_t version = 0;
  Denial denial = Denial::kNone;
  /** See AccessPolicy::ours. */
  bool ours = false;
};

}  // namespace rtpp
