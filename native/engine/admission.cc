#include "engine/admission.h"

#include "engine/relay.h"

namespace rtpp {
namespace {

/** Until the engine says what holds. */
const AccessPolicy& first_policy() {
  static const AccessPolicy policy(UINT32_MAX, {}, {});
  return policy;
}

}  // namespace

Admission::Admission(WorkerCounters* counters, Reporter* reporter)
    : policy_(&first_policy()), counters_(counters), reporter_(reporter) {}

bool Admission::judge_destination(const Stream& exit) {
  const Endpoint& peer = exit.latch.remote;
  Judgement& last = leg_of(exit).judged;
  Denial denial = last.denial;
  if (exit.rtcp || !current(last, peer)) denial = destination(*exit.session, peer);
  if (!exit.rtcp) last = {peer, policy_->version(), denial};
  return denial == Denial::kNone || deny(exit, peer, denial, Way::kSent);
}

bool Admission::may_copy(const Stream& stream, const Endpoint& to) {
  const Denial denial = policy_->judge(to);
  return denial == Denial::kNone || deny(stream, to, denial, Way::kCopied);
}

Denial Admission::destination(const Session& session, const Endpoint& peer) const {
  const Denial denial = policy_->judge(peer);
  if (denial != Denial::kNone) return denial;
  for (const Leg& leg : session.legs) {
    for (const Stream* stream : {&leg.rtp, &leg.rtcp}) {
      if (stream->port.open() && policy_->reaches(peer, stream->port.local)) return Denial::kOwnPort;
    }
  }
  return Denial::kNone;
}

bool Admission::deny(const Stream& stream, const Endpoint& peer, Denial denial, Way way) {
  counters_->packets_denied.add();
  Session& session = *stream.session;
  if (!session.denial_reported) session.denial_reported = reporter_->denied(stream, peer, denial, way);
  return false;
}

}  // namespace rtpp
