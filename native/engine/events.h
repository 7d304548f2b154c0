#pragma once

#include <cstdint>

#include "base/addr.h"
#include "base/counter.h"
#include "base/names.h"
#include "base/spsc_ring.h"

namespace rtpp {

/** What happened on a relay worker. The values are part of the contract with `src/addon/events.ts`. */
enum class EventKind : uint8_t {
  kTimeout = 1,        // a timer of the session reached its end; `value` = how many timer restarts the worker had seen
  kPrefilled = 2,      // signalling set the address of the stream
  kOnHold = 3,         // signalling put the stream on hold
  kOffHold = 4,        // signalling took it off hold
  kFilledIn = 5,       // the address was learned from a packet
  kLatched = 6,        // the source is settled
  kRelatched = 7,      // it was settled before
  kNotLatched = 8,     // SSRC 0 never settles
  kMoved = 9,          // another source took the stream over; `value` = sequence number before, `seq` = after
  kRtcpGuessed = 10,   // RTCP address derived from the RTP source
  kSsrcChanged = 11,   // `value` = SSRC before, `ssrc` = after
  kAttachFailed = 12,  // the backend refused a port; `value` = errno
  kIgnored = 13,       // the first packet of a source that is ignored; `detail` = Refusal
  kTaken = 14,         // another source has the leg; `detail` = rule, `count` packets within `value` ms spoke for it
  kRefused = 15,       // the first packet to the peer of a leg that the kernel did not take; `value` = errno
  kLeftOut = 16,       // `value` events that packets of the stream caused were not reported (EventBudget)
  kDenied = 17,  // the first packet of the session that an address is denied for; `detail` = Denial, `count` = Way
  kLooped = 18   // the first packet that comes to the session again and again from a media port of ours
};

/** What was to be done with a packet. */
#define RTPP_WAYS(X) X(kSent) X(kReceived) X(kCopied)
RTPP_NAMED_ENUM(Way, RTPP_WAYS)

/** One record of the event ring. Fixed size; read by JS through a copy, so the layout is part of the contract. */
struct Event {
  double session = 0;
  EventKind kind = EventKind::kTimeout;
  uint8_t leg = 0;
  uint8_t rtcp = 0;
  /** 0 when the record carries no address. */
  uint8_t family = 0;
  uint16_t port = 0;
  uint16_t seq = 0;
  uint32_t ssrc = 0;
  uint32_t value = 0;
  /** False when no RTP packet stands behind the record: the SSRC is unknown. */
  uint8_t has_ssrc = 0;
  /** Depend on the kind. */
  uint8_t detail = 0;
  uint8_t count = 0;
  uint8_t reserved[5] = {};
  uint8_t ip[16] = {};
};
static_assert(sizeof(Event) == 48);

/** Bounded queue of one worker's events. A full ring drops informational records and counts them. */
class EventRing {
 public:
  static constexpr size_t kCapacity = 2048;

  /** Worker thread. */
  bool push(const Event& event) {
    if (ring_.push(event)) return true;
    dropped_.add();
    return false;
  }
  /** Consumer thread. */
  bool pop(Event* event) { return ring_.pop(event); }
  bool empty() const { return ring_.empty(); }
  uint64_t dropped() const { return dropped_.get(); }

 private:
  SpscRing<Event, kCapacity> ring_;
  Counter dropped_;
};

}  // namespace rtpp
