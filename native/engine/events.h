#pragma once

#include <array>
#include <cstdint>

#include "base/addr.h"
#include "base/counter.h"
#include "base/names.h"
#include "base/spsc_ring.h"

namespace rtpp {

/** What happened on a relay worker. */
#define RTPP_EVENT_KINDS(X)                                                                                         \
  X(kTimeout)      /* a timer of the session ended; `value` = the start of it that the worker knew (engine only) */ \
  X(kPrefilled)    /* signalling set the address of the stream */                                                   \
  X(kOnHold)       /* signalling put the stream on hold */                                                          \
  X(kOffHold)      /* signalling took it off hold */                                                                \
  X(kFilledIn)     /* the address was learned from a packet */                                                      \
  X(kLatched)      /* the source is settled */                                                                      \
  X(kRelatched)    /* it was settled before */                                                                      \
  X(kNotLatched)   /* SSRC 0 never settles */                                                                       \
  X(kMoved)        /* another source took the stream over; `value` = sequence number before, `seq` = after */       \
  X(kRtcpGuessed)  /* RTCP address derived from the RTP source */                                                   \
  X(kSsrcChanged)  /* `value` = SSRC before, `ssrc` = after */                                                      \
  X(kAttachFailed) /* the backend refused a port; `value` = errno */                                                \
  X(kIgnored)      /* the first packet of a source that is ignored; `detail` = IgnoreReason */                      \
  X(kTaken)        /* another source has the leg; `detail` = rule, `count` packets in `value` ms spoke for it */    \
  X(kRefused)      /* the first packet to the leg's peer that the kernel did not take; `value` = errno */           \
  X(kLeftOut)      /* `value` events that packets of the stream caused were not reported (EventBudget) */           \
  X(kDenied) /* the first packet of the session that an address is denied for; `detail` = Denial, `count` = Way */  \
  X(kLooped) /* the first packet that comes again and again from a media port of ours */
RTPP_NAMED_ENUM(EventKind, RTPP_EVENT_KINDS)

/** What was to be done with a packet. */
#define RTPP_WAYS(X) X(kSent) X(kReceived) X(kCopied)
RTPP_NAMED_ENUM(Way, RTPP_WAYS)

/** Fields of a record. */
#define RTPP_EVENT_FIELDS(X)                                           \
  X(double, session)                                                   \
  X(EventKind, kind)                                                   \
  X(uint8_t, leg)                                                      \
  X(uint8_t, rtcp)                                                     \
  X(uint8_t, family) /* 0: the record carries no address */            \
  X(uint16_t, port)                                                    \
  X(uint16_t, seq)                                                     \
  X(uint32_t, ssrc)                                                    \
  X(uint32_t, value)                                                   \
  X(uint8_t, has_ssrc) /* 0: no RTP packet stands behind the record */ \
  X(uint8_t, detail)   /* depends on the kind */                       \
  X(uint8_t, count)    /* depends on the kind */                       \
  X(ByteArray<5>, reserved)                                            \
  X(ByteArray<16>, ip)

/** One record of the event ring. Fixed size; JavaScript reads a copy of it. */
struct Event {
  RTPP_EVENT_FIELDS(RTPP_MEMBER)
};
static_assert(sizeof(Event) == 48);

/** Bounded queue of one worker's events. A full ring drops informational records and counts them. */
class EventRing {
 public:
  static constexpr size_t kCapacity = 2048;

  /** Worker thread. */
  [[nodiscard]] bool push(const Event& event) {
    if (ring_.push(event)) return true;
    dropped_.add();
    return false;
  }
  /** Consumer thread. */
  [[nodiscard]] bool pop(Event* event) { return ring_.pop(event); }
  bool empty() const { return ring_.empty(); }
  uint64_t dropped() const { return dropped_.get(); }

 private:
  SpscRing<Event, kCapacity> ring_;
  Counter dropped_;
};

}  // namespace rtpp
