#pragma once

#include "access/loops.h"
#include "access/policy.h"
#include "engine/events.h"
#include "engine/session.h"
#include "engine/stats.h"
#include "io/batch.h"
#include "rtp/packet.h"

namespace rtpp {

class Reporter;

/**
 * Asked by one worker wherever something is about to be sent to a peer or taken from one, however its address became
 * known. Counts what is denied, and reports the first of each session. The address that RTP of a leg goes to is judged
 * once.
 */
class Admission {
 public:
  Admission(WorkerCounters* counters, Reporter* reporter);

  /** From now on this policy counts; it outlives the next one's adoption. */
  void adopt(const AccessPolicy* policy) { policy_ = policy; }

  /** Whether a packet may go to the peer of a stream, which has an address. */
  [[nodiscard]] bool may_send(const Stream& exit) {
    const Judgement& last = leg_of(exit).judged;
    if (!exit.rtcp && current(last, exit.latch.remote) && last.denial == Denial::kNone) [[likely]]
      return true;
    return judge_destination(exit);
  }
  /** Whether a copy of what a stream has received may go there. */
  [[nodiscard]] bool may_copy(const Stream& stream, const Endpoint& to);
  /** Whether a received packet may be processed; `rtp` is null for anything that is not RTP. */
  [[nodiscard]] bool may_take(const Stream& stream, const RxPacket& packet, const RtpView* rtp, int64_t now_ns) {
    const Judgement& last = leg_of(stream).judged;
    if (current(last, packet.source) && last.denial == Denial::kNone && !last.ours) [[likely]]
      return true;
    return judge_source(stream, packet, rtp, now_ns);
  }

 private:
  static Leg& leg_of(const Stream& stream) { return stream.session->legs[stream.leg]; }
  bool current(const Judgement& last, const Endpoint& address) const {
    return last.version == policy_->version() && last.of == address;
  }
  bool judge_destination(const Stream& exit);
  bool judge_source(const Stream& stream, const RxPacket& packet, const RtpView* rtp, int64_t now_ns);
  /** The host of `peer` is this one. Media ports may also be at addresses of local routes, which no interface has. */
  bool ours(const Endpoint& peer) const;
  /** A packet of a media port of ours comes to this one again and again. */
  bool circulates(const Stream& stream, const RxPacket& packet, const RtpView* rtp, int64_t now_ns);
  Denial destination(const Session& session, const Endpoint& peer) const;
  /** False, for the caller to return. */
  bool deny(const Stream& stream, const Endpoint& peer, Denial denial, Way way);

  const AccessPolicy* policy_;
  WorkerCounters* const counters_;
  Reporter* const reporter_;
  Loops loops_;
};

}  // namespace rtpp
