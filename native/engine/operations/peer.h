#pragma once

#include <cstdint>

#include "base/addr.h"
#include "base/names.h"

namespace rtpp {

struct Session;
struct WorkerParts;

/** What signalling said about a leg's peer. */
#define RTPP_PEER_KINDS(X) X(kNone) X(kHold) X(kAddress)
RTPP_NAMED_ENUM(PeerKind, RTPP_PEER_KINDS)

}  // namespace rtpp

namespace rtpp::op {

/** Where signalling says that the leg's peer is, and whether it sends from somewhere else. */
struct SetPeer {
  uint8_t leg;
  PeerKind kind;
  bool asymmetric;
  /** Of RTP; RTCP is at the next port. Used with kAddress only. */
  Endpoint address;
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
