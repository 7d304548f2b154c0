#pragma once

#include "base/handles.h"
#include "rtp/payload_set.h"

namespace rtpp {
struct Session;
struct WorkerParts;
}  // namespace rtpp

namespace rtpp::op {

/**
 * Modules look at RTP of these types received on the leg, and what is hidden goes no further. The two sets take all the
 * room that an operation has, so the leg is part of the type.
 */
template <LegIndex kLeg>
struct WatchPayloads {
  PayloadSet watched;
  PayloadSet hidden;
  void apply(WorkerParts* worker, Session* session) const;
};

}  // namespace rtpp::op
