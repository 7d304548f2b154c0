#include "engine/admission.h"

#include "access/media_ports.h"
#include "base/hash.h"
#include "base/random_seed.h"
#include "engine/relay.h"

namespace rtpp {
namespace {

/** Until the engine says what holds. */
const AccessPolicy& first_policy() {
  static const AccessPolicy policy(UINT32_MAX, {}, {});
  return policy;
}

/** What a packet is known by when it comes again. Behind a resizer it may have another sequence number each time. */
uint64_t name_of(const RxPacket& packet, const RtpView* rtp, bool renumbered) {
  constexpr uint64_t kSpread = 0x9e3779b97f4a7c15;
  constexpr uint32_t kSeqAt = 2;
  constexpr uint32_t kSeqEnd = 4;
  if (rtp == nullptr) return fnv1a(packet.data, packet.len);
  if (!renumbered) return (uint64_t{rtp->ssrc} << 32 | rtp->ts) + rtp->seq * kSpread;
  return fnv1a(packet.data + kSeqEnd, packet.len - kSeqEnd, fnv1a(packet.data, kSeqAt));
}

}  // namespace

Admission::Admission(WorkerCounters* counters, Reporter* reporter)
    : policy_(&first_policy()), counters_(counters), reporter_(reporter), loops_(random_seed()) {}

bool Admission::judge_destination(const Stream& exit) {
  const Endpoint& peer = exit.latch.remote;
  Judgement& last = leg_of(exit).judged;
  Denial denial = last.denial;
  if (exit.rtcp || !current(last, peer)) denial = destination(*exit.session, peer);
  if (!exit.rtcp) last = {peer, policy_->version(), denial, ours(peer)};
  return denial == Denial::kNone || deny(exit, peer, denial, Way::kSent);
}

bool Admission::judge_source(const Stream& stream, const RxPacket& packet, const RtpView* rtp, int64_t now_ns) {
  const Judgement& last = leg_of(stream).judged;
  const bool known = current(last, packet.source) && last.denial == Denial::kNone;
  const Denial denial = known ? Denial::kNone : policy_->judge(packet.source);
  if (denial != Denial::kNone) return deny(stream, packet.source, denial, Way::kReceived);
  if (!MediaPorts::of_process().has(packet.source.port) || !ours(packet.source)) return true;
  return !circulates(stream, packet, rtp, now_ns);
}

bool Admission::ours(const Endpoint& peer) const {
  return policy_->ours(peer) || MediaPorts::of_process().has_host(peer);
}

bool Admission::circulates(const Stream& stream, const RxPacket& packet, const RtpView* rtp, int64_t now_ns) {
  const uint64_t name = name_of(packet, rtp, leg_of(stream).resizer != nullptr);
  if (!loops_.circulates(name, stream.port.local.port, now_ns)) return false;
  counters_->packets_looped.add();
  Session& session = *stream.session;
  leg_of(stream).looped = true;
  if (!session.loop_reported) session.loop_reported = reporter_->looped(stream, packet.source, rtp);
  return true;
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
