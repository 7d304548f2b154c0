#pragma once

#include "base/counter.h"

namespace rtpp {

/** Counters of one worker, written by its thread alone. Names as the G command has them (protocol.md 8.8). */
struct WorkerCounters {
  Counter packets_received;
  Counter packets_relayed;
  Counter packets_discarded;
  /** Those of them that came from the wrong source. */
  Counter packets_ignored;
  /** Packets that were not sent, copied or taken because of the other end's address. */
  Counter packets_denied;
  /** Packets that circulated between sessions. */
  Counter packets_looped;
  /** Packets that players sent. */
  Counter packets_played;
  /** Packets that went into resizers, came out of them, and were thrown away there. */
  Counter resizer_in;
  Counter resizer_out;
  Counter resizer_discarded;
  /** Datagrams that the kernel dropped because a media socket's receive queue was full. */
  Counter kernel_drops;
  /** Packets received during the last full second. */
  Counter packets_per_second;
};

/**
 * What is reported of one session, in this order, as numbers. X-macro because C++ (the struct), the addon (the names)
 * and so the check against `src/addon/stats-types.ts` need the same list. Legs: 0 = callee's side, 1 = caller's
 * (protocol.md 1).
 */
#define RTPP_SESSION_FIELDS(X) \
  X(ttl)                       \
  RTPP_LEG_FIELDS(X, leg0)     \
  RTPP_LEG_FIELDS(X, leg1)

#define RTPP_LEG_FIELDS(X, leg)                                             \
  X(leg##_rtp_in)                                                           \
  X(leg##_rtp_relayed)                                                      \
  X(leg##_rtp_dropped)                                                      \
  X(leg##_rtp_ignored)                                                      \
  X(leg##_rtcp_in)                                                          \
  X(leg##_rtcp_relayed)                                                     \
  X(leg##_rtcp_dropped)                                                     \
  X(leg##_rtcp_ignored)                                                     \
  X(leg##_first_in)    /* Unix seconds of the first RTP packet, 0 = none */ \
  X(leg##_last_in)     /* Unix seconds of the last one */                   \
  X(leg##_longest_ipi) /* seconds */                                        \
  X(leg##_sent)        /* packets expected by sequence numbers */           \
  X(leg##_received)    /* unique packets */                                 \
  X(leg##_duplicates)                                                       \
  X(leg##_parse_errors)                                                     \
  X(leg##_jitter_last) /* RTP timestamp units */                            \
  X(leg##_jitter_max)                                                       \
  X(leg##_jitter_avg)                                                       \
  X(leg##_ssrc)                                                             \
  X(leg##_ssrc_changes)                 /* 0 = no RTP packet yet */         \
  RTPP_ADDRESS_FIELDS(X, leg##_media)   /* where RTP was sent to last */    \
  RTPP_ADDRESS_FIELDS(X, leg##_ignored) /* whose RTP was ignored last */    \
  X(leg##_rtp_refused)                  /* to its peer, by the kernel */    \
  X(leg##_rtcp_refused)

/** An address as numbers: 4, 6 or 0 for none; the port; four parts of 32 bits, of which IPv4 fills the first. */
#define RTPP_ADDRESS_FIELDS(X, name) \
  X(name##_family)                   \
  X(name##_port)                     \
  X(name##_ip0)                      \
  X(name##_ip1)                      \
  X(name##_ip2)                      \
  X(name##_ip3)

struct SessionSnapshot {
#define X(name) double name = 0;
  RTPP_SESSION_FIELDS(X)
#undef X
};
inline constexpr size_t kSessionFields = sizeof(SessionSnapshot) / sizeof(double);

/** Sums over all workers, in the same manner. */
#define RTPP_TOTAL_FIELDS(X)                                                           \
  X(packets_received)                                                                  \
  X(packets_relayed)                                                                   \
  X(packets_discarded)                                                                 \
  X(packets_per_second)                                                                \
  X(kernel_drops)     /* receive queue of a media socket was full */                   \
  X(packets_refused)  /* packets that the kernel did not take for sending */           \
  X(events_dropped)   /* informational events that found the event ring full */        \
  X(packets_recorded) /* packets in recordings */                                      \
  X(records_lost)     /* packets that are missing there: queue full, or not written */ \
  X(packets_played)   /* packets that players sent */                                  \
  X(resizer_in)       /* packets into, out of, and thrown away by resizers */          \
  X(resizer_out)                                                                       \
  X(resizer_discarded)                                                                 \
  X(packets_ignored) /* packets from wrong sources */                                  \
  X(packets_denied)  /* packets whose other end is denied */                           \
  X(packets_looped)  /* packets that circulated between sessions */

struct EngineTotals {
#define X(name) double name = 0;
  RTPP_TOTAL_FIELDS(X)
#undef X
};
inline constexpr size_t kTotalFields = sizeof(EngineTotals) / sizeof(double);

}  // namespace rtpp
