#include "engine/reporter.h"

#include <cstring>

namespace rtpp {

bool Reporter::timeout(const Session& session, uint8_t leg) {
  Event event;
  event.session = to_number(session.id);
  event.kind = EventKind::kTimeout;
  event.leg = leg;
  event.value = session.timer_start;
  return ring_->push(event);
}

void Reporter::attach_failed(const Stream& stream, int error) {
  push(stream, EventKind::kAttachFailed, Endpoint{}, nullptr, static_cast<uint32_t>(error));
}

bool Reporter::refused(const Stream& exit, const Endpoint& dest, int error) {
  return push(exit, EventKind::kRefused, dest, nullptr, static_cast<uint32_t>(error));
}

void Reporter::signalled(const Stream& stream, const LatchNotes& notes) {
  if (!verbose()) return;
  if (notes.off_hold) push(stream, EventKind::kOffHold, Endpoint{}, nullptr);
  if (notes.on_hold) push(stream, EventKind::kOnHold, Endpoint{}, nullptr);
  if (notes.prefilled) push(stream, EventKind::kPrefilled, stream.latch.remote, nullptr);
}

void Reporter::latched(const Stream& stream, const LatchNotes& notes, const Endpoint& source, const RtpView* rtp) {
  if (!verbose()) return;
  if (notes.moved) moved(stream, notes, source, rtp);
  if (notes.latched) note(stream, EventKind::kLatched, source, rtp);
  if (notes.relatched) note(stream, EventKind::kRelatched, source, rtp);
  if (notes.not_latched) note(stream, EventKind::kNotLatched, source, rtp);
  if (notes.filled_in) note(stream, EventKind::kFilledIn, source, nullptr);
  if (notes.taken) taken(stream, notes, source);
  if (notes.ignored) note(stream, EventKind::kIgnored, source, rtp, 0, static_cast<uint8_t>(notes.reason));
}

void Reporter::taken(const Stream& stream, const LatchNotes& notes, const Endpoint& source) {
  note(stream, EventKind::kTaken, source, nullptr, notes.evidence_ms, notes.rule, notes.evidence_packets);
}

void Reporter::moved(const Stream& stream, const LatchNotes& notes, const Endpoint& source, const RtpView* rtp) {
  // The C daemon names the SSRC that the stream is known by, not that of the packet (media.md 2.2).
  RtpView known = rtp == nullptr ? RtpView{} : *rtp;
  known.ssrc = notes.moved_ssrc;
  note(stream, EventKind::kMoved, source, &known, notes.moved_from_seq);
}

void Reporter::ssrc_changed(const Stream& stream, uint32_t before, const RtpView& rtp) {
  if (verbose()) note(stream, EventKind::kSsrcChanged, Endpoint{}, &rtp, before);
}

void Reporter::rtcp_guessed(const Stream& stream) {
  if (verbose()) note(stream, EventKind::kRtcpGuessed, stream.latch.remote, nullptr);
}

bool Reporter::tell_left_out(Stream* stream) {
  const uint32_t count = stream->events.left_out();
  if (count == 0 || !push(*stream, EventKind::kLeftOut, Endpoint{}, nullptr, count)) return false;
  stream->events.reported();
  return true;
}

void Reporter::note(const Stream& stream, EventKind kind, const Endpoint& address, const RtpView* rtp, uint32_t value,
                    uint8_t detail, uint8_t count) {
  Leg& leg = stream.session->legs[stream.leg];
  EventBudget& budget = stream.rtcp ? leg.rtcp.events : leg.rtp.events;
  const uint32_t burst = kind == EventKind::kSsrcChanged ? EventBudget::kSsrcBurst : EventBudget::kBurst;
  if (budget.admit(burst) && !push(stream, kind, address, rtp, value, detail, count)) budget.leave_out();
}

bool Reporter::looped(const Stream& stream, const Endpoint& source, const RtpView* rtp) {
  return push(stream, EventKind::kLooped, source, rtp);
}

bool Reporter::denied(const Stream& stream, const Endpoint& peer, Denial denial, Way way) {
  return push(stream, EventKind::kDenied, peer, nullptr, 0, static_cast<uint8_t>(denial), static_cast<uint8_t>(way));
}

bool Reporter::push(const Stream& stream, EventKind kind, const Endpoint& address, const RtpView* rtp, uint32_t value,
                    uint8_t detail, uint8_t count) {
  Event event;
  event.session = to_number(stream.session->id);
  event.kind = kind;
  event.leg = stream.leg;
  event.rtcp = stream.rtcp ? 1 : 0;
  event.family = address.family;
  event.port = address.port;
  event.value = value;
  event.detail = detail;
  event.count = count;
  std::memcpy(event.ip.data(), address.ip, sizeof event.ip);
  if (rtp != nullptr) {
    event.has_ssrc = 1;
    event.ssrc = rtp->ssrc;
    event.seq = rtp->seq;
  }
  return ring_->push(event);
}

}  // namespace rtpp
