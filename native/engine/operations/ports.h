#pragma once

#include <cstdint>

#include "base/addr.h"

namespace rtpp {
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/** The leg has these ports from now on; those that it had are closed. */
struct OpenLeg {
  uint8_t leg;
  /** TOS byte of what they send. */
  uint8_t tos;
  /** Sockets of RTP and RTCP, which the worker owns from now on. */
  int fds[2];
  /** Where RTP is bound; RTCP is at the next port. */
  Endpoint local;
  void apply(WorkerParts* worker, Session* session) const;
};

/** TOS byte of what the leg's ports send. */
struct SetTos {
  uint8_t leg;
  uint8_t tos;
  void apply(WorkerParts* worker, Session* session) const;
};

/** Everything that the session has is closed, and the session goes back to the main thread. */
struct Remove {
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
