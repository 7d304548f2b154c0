#pragma once

#include "access/policy.h"
#include "engine/events.h"
#include "engine/session.h"
#include "engine/stats.h"
#include "io/batch.h"

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
  bool may_send(const Stream& exit) {
    const Judgement& last = leg_of(exit).judged;
    if (!exit.rtcp && current(last, exit.latch.remote) && last.denial == Denial::kNone) [[likely]]
      return true;
    return judge_destination(exit);
  }
  /** Whether a copy of what a stream has received may go there. */
  bool may_copy(const Stream& stream, const Endpoint& to);
  /** Whether a packet that was received from `source` may be processed. */
  bool may_take(const Stream& stream, const Endpoint& source) {
    const Judgement& last = leg_of(stream).judged;
    if (current(last, source) && last.denial == Denial::kNone) [[likely]]
      return true;
    const Denial denial = policy_->judge(source);
    return denial == Denial::kNone || deny(stream, source, denial, Way::kReceived);
  }

 private:
  static Leg& leg_of(const Stream& stream) { return stream.session->legs[stream.leg]; }
  bool current(const Judgement& last, const Endpoint& address) const {
    return last.version == policy_->version() && last.of == address;
  }
  bool judge_destination(const Stream& exit);
  Denial destination(const Session& session, const Endpoint& peer) const;
  /** False, for the caller to return. */
  bool deny(const Stream& stream, const Endpoint& peer, Denial denial, Way way);

  const AccessPolicy* policy_;
  WorkerCounters* const counters_;
  Reporter* const reporter_;
};

}  // namespace rtpp
