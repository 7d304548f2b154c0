#pragma once

#include "latch/latch.h"

namespace rtpp {

// Mode `compat`: what the C daemon does, to the letter. `latch.h` is the way in.

/** True when signalling set `remote`. */
bool compat_signal(LatchState* state, const Endpoint& peer, int64_t now_ns);

void compat_set_asymmetric(LatchState* state, bool asymmetric);

/** A packet of an RTP or RTCP stream; true: it is passed on. */
bool compat_packet(LatchState* state, const Arrival& packet, LatchNotes* notes);

void compat_ssrc_changed(LatchState* state, const RtpView& rtp, int64_t now_ns, LatchNotes* notes);

/** RTP of the leg goes elsewhere now; true when that set the address of RTCP. */
bool compat_follow(LatchState* rtcp, const LatchState& rtp);

}  // namespace rtpp
