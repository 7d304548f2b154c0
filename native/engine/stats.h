#pragma once

#include "base/counter.h"
#include "base/names.h"

namespace rtpp {

/** Counters of one worker, written by its thread alone. Their sums are totals of the engine, by the same names. */
#define RTPP_WORKER_COUNTERS(X)                                                             \
  X(packets_received)                                                                       \
  X(packets_relayed)                                                                        \
  X(packets_discarded)                                                                      \
  X(packets_ignored)    /* those of them that came from the wrong source */                 \
  X(packets_denied)     /* not sent, copied or taken because of the other address */        \
  X(packets_looped)     /* circulated between sessions */                                   \
  X(packets_played)     /* sent by players */                                               \
  X(resizer_in)         /* packets that went into resizers, */                              \
  X(resizer_out)        /* came out of them, */                                             \
  X(resizer_discarded)  /* and were thrown away there */                                    \
  X(kernel_drops)       /* by the kernel, the receive queue of a media socket being full */ \
  X(packets_per_second) /* received during the last full second */                          \
  X(rtcp_received)      /* RTCP among the packets received, */                              \
  X(rtcp_relayed)       /* relayed, */                                                      \
  X(rtcp_discarded)     /* discarded */                                                     \
  X(rtcp_ignored)       /* and ignored */                                                   \
  X(packets_watched)    /* shown to modules, */                                             \
  X(watched_lost)       /* and not shown: too many of a stream, or the main thread lagged behind */

struct WorkerCounters {
#define X(name) Counter name;
  RTPP_WORKER_COUNTERS(X)
#undef X
};

/** All totals: those sums, and what others count. */
#define RTPP_ENGINE_TOTALS(X)                                             \
  RTPP_WORKER_COUNTERS(X)                                                 \
  X(packets_refused)  /* that the kernel did not take for sending */      \
  X(events_dropped)   /* informational events that found the ring full */ \
  X(packets_recorded) /* packets in recordings, */                        \
  X(records_lost)     /* and missing there: queue full, or not written */

struct EngineTotals {
  RTPP_ENGINE_TOTALS(RTPP_FIGURE)
};

/** What is told of each relay worker. */
#define RTPP_WORKER_FIGURES(X) \
  X(packets_received)          \
  X(packets_per_second)        \
  X(cpu_seconds) /* that its thread has used */

struct WorkerFigures {
  RTPP_WORKER_FIGURES(RTPP_FIGURE)
};

/** Packets of one direction on one channel, by fate (media.md 2.6). */
#define RTPP_CHANNEL_FIGURES(X) \
  X(received)                   \
  X(relayed)                    \
  X(dropped)                    \
  X(ignored)                    \
  X(refused) /* by the kernel, to the peer of the leg, whoever sent them */

struct ChannelFigures {
  RTPP_CHANNEL_FIGURES(RTPP_FIGURE)
};

/** An address as numbers: 4, 6 or 0 for none; the port; four parts of 32 bits, of which IPv4 fills the first. */
#define RTPP_ADDRESS_FIGURES(X) X(family) X(port) X(ip0) X(ip1) X(ip2) X(ip3)

struct AddressFigures {
  RTPP_ADDRESS_FIGURES(RTPP_FIGURE)
};

/**
 * ICMP messages that RTP to the peer does not arrive, those of them since the last pause of 5 s, errno of the last one
 * and when it came in Unix seconds.
 */
#define RTPP_UNREACHED_FIGURES(X) X(messages) X(recent) X(error) X(at)

struct UnreachedFigures {
  RTPP_UNREACHED_FIGURES(RTPP_FIGURE)
};

/** What one leg received from its peer, and what is known of that. Flags are 0 or 1. */
#define RTPP_LEG_FIGURES(X)                                                                            \
  X(first_in)    /* Unix seconds of the first RTP packet, 0 = none */                                  \
  X(last_in)     /* Unix seconds of the last one */                                                    \
  X(longest_ipi) /* seconds */                                                                         \
  X(sent)        /* packets expected by sequence numbers */                                            \
  X(received)    /* unique packets */                                                                  \
  X(duplicates)                                                                                        \
  X(payload_bytes) /* of all RTP packets, duplicates included */                                       \
  X(parse_errors)                                                                                      \
  X(jitter_last) /* RTP timestamp units */                                                             \
  X(jitter_max)                                                                                        \
  X(jitter_avg)                                                                                        \
  X(ssrc)                                                                                              \
  X(ssrc_changes) /* 0 = no RTP packet yet */                                                          \
  X(highest_seq)  /* the highest sequence number of the latest run, 16 bits */                         \
  X(loss_events)  /* runs of lost packets */                                                           \
  X(late)         /* packets later than a jitter buffer of 60 ms waits */                              \
  X(behind)       /* seconds that the latest packet came after the quickest, -1 = not known; */        \
  X(most_behind)  /* the most of any packet */                                                         \
  X(reordered)                                                                                         \
  X(payload_type)   /* in use, -1 = none yet */                                                        \
  X(other_payload)  /* RTP packets of other types */                                                   \
  X(last_payload)   /* payload type of the latest RTP packet, -1 = none yet */                         \
  X(far_loss)       /* what the party reports by RTCP of what it gets: lost packets, 0 to 1, */        \
  X(far_jitter)     /* and jitter in RTP timestamp units; */                                           \
  X(round_trip)     /* seconds from here to the party and back; -1 = not known, each of the three */   \
  X(address_origin) /* AddressOrigin of `media` */                                                     \
  X(address_since)  /* Unix seconds, 0 = there is none */                                              \
  X(latch_state)    /* LatchStage */                                                                   \
  X(ignore_reason)  /* IgnoreReason of `ignored` */                                                    \
  X(send_error)     /* errno of the last packet to the party that the kernel did not take, 0 = none */ \
  X(denial)         /* Denial: why packets do not go to the party */                                   \
  X(looped)         /* the party is a port of ours, and its packets circulate */                       \
  X(recording)                                                                                         \
  X(copying)                                                                                           \
  X(playing) /* to the party */

struct LegFigures {
  ChannelFigures rtp;
  ChannelFigures rtcp;
  RTPP_LEG_FIGURES(RTPP_FIGURE)
  /** Where RTP was sent to last, and RTCP. */
  AddressFigures media;
  AddressFigures rtcp_media;
  /** Whose RTP was ignored last. */
  AddressFigures ignored;
  UnreachedFigures unreached;
};

/** What is reported of one session: nothing but numbers. Legs: 0 = callee's side, 1 = caller's (protocol.md 1). */
struct SessionFigures {
  /** Seconds left; with a timer for each leg (`-i`) the smaller of both. */
  double ttl = 0;
  /** It is or was the target of a fork, and relays nothing of its own. */
  double fork_target = 0;
  LegFigures legs[2];
};

}  // namespace rtpp
