#pragma once

#include "latch/latch.h"

namespace rtpp {

// Mode `guarded`; the rules are those of docs/latching.md. `latch.h` is the way in.

/** Where media goes and who is heard, after signalling; true when that set `remote`. */
bool guarded_signal(LatchState* state, const Endpoint& peer, int64_t now_ns);

void guarded_set_asymmetric(LatchState* state, bool asymmetric, int64_t now_ns);

/** A packet of an RTP stream; true: it is passed on. */
bool guarded_packet(LatchState* state, const Arrival& packet, LatchNotes* notes);

/** Decides what time alone decides; true when a candidate has the leg now. */
bool guarded_review(LatchState* state, int64_t now_ns, LatchNotes* notes);

/** A packet of an RTCP stream. */
bool guarded_rtcp_packet(LatchState* state, const LatchState& rtp, const Arrival& packet, LatchNotes* notes);

/** RTP of the leg goes elsewhere now; true when that set the address of RTCP. */
bool guarded_follow(LatchState* rtcp, const LatchState& rtp);

/** Shared by both: `source` is the holder now, and media goes there. */
void guarded_take(LatchState* state, const Endpoint& source, int64_t now_ns, LatchNotes* notes);

/** Shared by both: packets are sent to `address` from now on. */
void guarded_send_to(LatchState* state, const Endpoint& address, int64_t now_ns);

/** Shared by both: the packet is not passed on. */
bool guarded_ignore(LatchState* state, const Endpoint& source, IgnoreReason reason, LatchNotes* notes);

}  // namespace rtpp
