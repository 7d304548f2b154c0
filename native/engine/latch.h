#pragma once

#include <array>
#include <cstdint>

#include "base/addr.h"
#include "engine/latch_rank.h"
#include "rtp/packet.h"

namespace rtpp {

/** A source that wants the stream and has to prove itself first (docs/latching.md). */
struct LatchCandidate {
  Endpoint source;
  uint32_t ssrc = 0;
  uint16_t seq = 0;
  /** Packets that speak for it. */
  uint8_t count = 0;
  /** They are RTP, with that SSRC. */
  bool rtp = false;
  /** Monotonic ns of the first packet that counts and of the last packet. */
  int64_t first_ns = 0;
  int64_t last_ns = 0;
};

/** Few, for the sake of memory; more than one, so that a stranger does not block the peer. */
using LatchCandidates = std::array<LatchCandidate, 3>;

/** What mode `guarded` knows besides. */
struct LatchGuard {
  /** What signalling said last; empty = nothing. */
  Endpoint signalled;
  /** RTCP streams: the source that RTP of the leg has settled on, if that is not as signalled. */
  Endpoint companion;
  /** Monotonic ns of the last packet of the settled source, or of the one before a change of the address. */
  int64_t heard_ns = 0;
  /** Monotonic ns of the last change of the signalled address while a source was settled. */
  int64_t changed_ns = 0;
  /** Payload types that signalling named, see `payload_type_bit`; 0 = unknown. */
  uint64_t payload_types = 0;
  /** Of the settled source. */
  Rank rank = Rank::kNone;
  /** A stranger was reported since the source was settled. */
  bool stranger_noted = false;
  /** How many `candidates` there are. */
  uint8_t candidate_count = 0;
  /** Room for them, which only RTP streams need; what is behind the count does not matter. */
  LatchCandidates* candidates = nullptr;
};

/**
 * What one stream knows about its peer's address (media.md 2). RTP and RTCP of a leg have one each. Plain data: it can
 * be exported and imported as it is, with the candidates.
 */
struct LatchState {
  /** Where packets are sent to; empty = nowhere yet. */
  Endpoint remote;
  /** The address that signalling replaced while it was settled; guarded: the source that was settled then. */
  Endpoint previous;
  /** Monotonic ns of the last signalled address while `remote` was known, 0 = never: opens the update window. */
  int64_t last_update_ns = 0;
  /** Monotonic ns at which `seq` was taken. */
  int64_t sync_ns = 0;
  /** Key of the settled source, valid with `has_ssrc`: another source needs it to take the stream over. */
  uint32_t ssrc = 0;
  uint16_t seq = 0;
  bool has_ssrc = false;
  /** The source is settled. */
  bool latched = false;
  /** `remote` came from a packet; signalling no longer overwrites it. */
  bool untrusted = false;
  /** Only the host of a source counts, and packets never move the address (media.md 2.4). */
  bool asymmetric = false;
  bool on_hold = false;
  /** Mode `guarded` instead of `compat`; set before the first use, like `rtcp`. */
  bool guarded = false;
  bool rtcp = false;
  LatchGuard guard;
};

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
  /** The address was learned from the packet. On an RTP stream `latch_guess_rtcp` follows. */
  bool filled_in = false;
  /** The first packet of a stranger since the source was settled; the packet is ignored. */
  bool stranger = false;
  uint16_t moved_from_seq = 0;
};

/** A U or L command names the peer's address; all-zero ones go to `latch_hold` instead (media.md 2.1). */
LatchNotes latch_signal(LatchState* state, const Endpoint& peer, int64_t now_ns);

/** Bit of a payload type in a set of them: the dynamic ones share one, for each party has its own numbers of those. */
uint64_t payload_type_bit(uint8_t payload_type);

/** A U or L command puts the stream on hold; media goes on as before (media.md 2.5). */
LatchNotes latch_hold(LatchState* state);

/** The mode that a U or L command asks for, by letter or by default (media.md 2.4). */
void latch_set_asymmetric(LatchState* state, bool asymmetric);

/**
 * A packet of a complete session arrived. `rtp` is null on RTCP streams and for anything that does not parse as RTP.
 * True: process it. False: wrong source, ignore it (media.md 2.2).
 */
bool latch_packet(LatchState* state, const Endpoint& source, const RtpView* rtp, int64_t now_ns, LatchNotes* notes);

/** The analyzer saw another SSRC on an accepted packet: that becomes the key (media.md 2.2). */
LatchNotes latch_ssrc_changed(LatchState* state, const RtpView& rtp, int64_t now_ns);

/** The RTP stream of this leg learned `source`: derives the RTCP address from it; true when it was set (media.md 2.3).
 */
bool latch_guess_rtcp(LatchState* rtcp, const Endpoint& source);

}  // namespace rtpp
