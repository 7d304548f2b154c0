#pragma once

#include <cstdint>

#include "engine/latch.h"

namespace rtpp {

// Mode `guarded` of latch.h: docs/latching.md has the rules and what they are for.

/** True when `remote` is the signalled address from now on, and was not before. */
bool guarded_signal(LatchState* state, const Endpoint& peer, int64_t now_ns);
void guarded_set_asymmetric(LatchState* state, bool asymmetric);
bool guarded_packet(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns, LatchNotes* notes);
/** RTP of the leg has learned `source`: RTCP will come from the same host. True when `remote` was set to a guess. */
bool guarded_follow(LatchState* rtcp, const Endpoint& source);

}  // namespace rtpp
