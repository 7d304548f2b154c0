#pragma once

#include <cstdint>
#include <limits>

#include "base/addr.h"
#include "latch/evidence.h"
#include "latch/rules.h"
#include "rtp/packet.h"

namespace rtpp {

/** What mode `compat` knows besides (docs/latching.md, "Rules of `compat`"). */
struct CompatLatch {
  /** The address that signalling replaced while it was settled. */
  Endpoint previous;
  /** Monotonic ns of the last signalled address while `remote` was known, 0 = never: opens the update window. */
  int64_t last_update_ns = 0;
  /** Monotonic ns at which `seq` was taken. */
  int64_t sync_ns = 0;
  /** Key of the settled source, valid with `has_ssrc`: another source needs it to take the stream over. */
  uint32_t ssrc = 0;
  uint16_t seq = 0;
  bool has_ssrc = false;
  /** `remote` came from a packet; signalling no longer overwrites it. */
  bool untrusted = false;
};

/** What mode `guarded` knows besides (docs/latching.md, "How it works"). */
struct GuardedLatch {
  /** What signalling said last; empty = nothing. */
  Endpoint signalled;
  /** The holder: the source whose packets are passed on; empty = nobody was heard yet. */
  Endpoint holder;
  /**
   * RTP streams: where the party itself was found last, a holder that something other than silence speaks for; before
   * that, the first comer. RTCP streams: where the leg's RTP came from when it moved last.
   */
  Endpoint home;
  /** How many holders there were so far. */
  uint32_t tenures = 0;
  /** Monotonic ns of the holder's first packet and of its last one. */
  int64_t since_ns = 0;
  int64_t heard_ns = 0;
  /** Monotonic ns of the last packet of another path of the holder's stream; 0 = none. */
  int64_t path_ns = 0;
  /** Monotonic ns of the last U or L with an address, but for the first one; 0 = none. */
  int64_t signal_ns = 0;
  /** Monotonic ns at which signalling named another address than before; 0 = never. */
  int64_t changed_ns = 0;
  /** Monotonic ns at which `latch_review` is to be called; the far future = never. */
  int64_t review_ns = std::numeric_limits<int64_t>::max();
  /** Room for the candidates; what is behind the count does not matter. */
  LatchCandidates* candidates = nullptr;
  /** The streams of the holder. */
  StreamKeys keys;
  /** Which of the holders was found at `home`. */
  uint32_t home_tenure = 0;
  uint8_t candidate_count = 0;
  /** Packets of the holder until it is found, and how many of them came less than a second behind another. */
  uint8_t packets = 0;
  uint8_t run = 0;
  /** How many sources were reported as ignored. */
  uint8_t reported = 0;
  /** Packets that were received at once come one after the other: so many by now, and the low bits of that time. */
  uint8_t ties = 0;
  /** Somebody at the address that signalling named last has held the leg since. */
  bool arrived : 1 = false;
  /** Media goes where signalling says because two sources have sent one packet each. */
  bool contested : 1 = false;
  /** The holder is the first comer; it held the leg already before the one at `home`. */
  bool first : 1 = false;
  bool returned : 1 = false;
  /** There is evidence that the holder is the party; that the one at `home` was. */
  bool found : 1 = false;
  bool home_found : 1 = false;
  /** Media went to a source that is not where signalling said; signalling alone does not move it any more. */
  bool learned : 1 = false;
  uint16_t ties_at = 0;
};

/**
 * What one stream knows about its peer's address. RTP and RTCP of a leg have one each. Plain data: it can be exported
 * and imported as it is, with the candidates that it points to.
 */
struct LatchState {
  /** Where packets are sent to; empty = nowhere yet. */
  Endpoint remote;
  /** The source that was ignored last; empty = none. */
  Endpoint ignored;
  /** How `remote` became known, and at which monotonic ns; why packets of `ignored` are. */
  AddressOrigin origin = AddressOrigin::kNone;
  IgnoreReason ignore_reason = IgnoreReason::kNone;
  /** Mode `compat`: the source is settled. */
  bool latched = false;
  /** Only the host of a source counts, and packets never move the address. */
  bool asymmetric = false;
  bool on_hold = false;
  bool rtcp = false;
  /** Mode `guarded` instead of `compat`, see `latch_guard`. */
  bool guarded = false;
  int64_t remote_ns = 0;
  /** What the mode knows. */
  union {
    CompatLatch compat;
    GuardedLatch guard;
  };

  LatchState() : compat() {}
};

/** Mode `guarded` for a stream that was not used yet. RTP streams have `candidates`, which outlive it; RTCP null. */
void latch_guard(LatchState* state, LatchCandidates* candidates);

/** What one step changed, in the order of the log lines. The address that goes with it is `remote` or the packet's
 * source. */
struct LatchNotes {
  bool off_hold = false;
  bool on_hold = false;
  /** Signalling set the address. */
  bool prefilled = false;
  /** The source is settled; at most one of these three is set. */
  bool latched = false;
  bool relatched = false;
  bool not_latched = false;
  /** Another source took the stream over; the key's SSRC stays, and its sequence number was `moved_from_seq` before. */
  bool moved = false;
  /** The address was learned from the packet. */
  bool filled_in = false;
  /** RTP streams: `latch_follow_rtp` is to be called. */
  bool rtcp_follows = false;
  /** The packet is ignored, and its source has not been reported yet; `reason` tells why. */
  bool ignored = false;
  /** Mode `guarded`: another source has the leg; `rule` tells why, `evidence` after how much. */
  bool taken = false;
  uint16_t moved_from_seq = 0;
  uint32_t moved_ssrc = 0;
  IgnoreReason reason = IgnoreReason::kNone;
  /** An index of kLatchRules. */
  uint8_t rule = 0;
  /** Packets of the new holder until then, and milliseconds since the first of them. */
  uint8_t evidence_packets = 0;
  uint32_t evidence_ms = 0;
};

/** A U or L command names the peer's address; all-zero ones go to `latch_hold` instead. */
LatchNotes latch_signal(LatchState* state, const Endpoint& peer, int64_t now_ns);

/** A U or L command puts the stream on hold; media goes on as before. */
LatchNotes latch_hold(LatchState* state);

/** The mode that a U or L command asks for, by letter or by default. */
void latch_set_asymmetric(LatchState* state, bool asymmetric, int64_t now_ns);

/**
 * A packet of a complete session arrived on an RTP stream. `rtp` is null for anything that does not parse as RTP.
 * True: process it. False: wrong source, ignore it.
 */
[[nodiscard]] bool latch_packet(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns,
                                LatchNotes* notes);

/** The same on an RTCP stream; `rtp` is the RTP stream of the same leg. */
[[nodiscard]] bool latch_rtcp_packet(LatchState* state, const LatchState& rtp, const Endpoint& source, int64_t now_ns,
                                     LatchNotes* notes);

/** The analyzer saw another SSRC on an accepted packet: that becomes the key. */
LatchNotes latch_ssrc_changed(LatchState* state, const RtpView& rtp, int64_t now_ns);

/** RTP of the same leg goes elsewhere now: derives the address of RTCP from that; true when it was set. */
bool latch_follow_rtp(LatchState* rtcp, const LatchState& rtp);

/** Whether `latch_review` has something to decide; asked before a packet of the leg is judged or sent to it. */
inline bool latch_review_due(const LatchState& state, int64_t now_ns) {
  return state.guarded && now_ns >= state.guard.review_ns;
}

/**
 * Time decides: a source gets the leg when nobody else was heard for a second after its packet or two. True: `remote`
 * is that source now. RTP streams only.
 */
bool latch_review(LatchState* state, int64_t now_ns, LatchNotes* notes);

/** How far the stream is with its party. `heard`: packets of it were passed on. */
LatchStage latch_stage(const LatchState& state, bool heard);

/** For the modes: packets are sent to `address` from now on; `origin` is kSignalled or kLearned. */
void latch_send_to(LatchState* state, const Endpoint& address, AddressOrigin origin, int64_t now_ns);

}  // namespace rtpp
