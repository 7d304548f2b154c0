#include "engine/relay.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace rtpp {
namespace {

static_assert(Resizer::kMaxPacket == kMaxDatagram);

/** Packets may come from an address that they were sent to: it is known, and of one host. */
bool reply_address(const Endpoint& local) {
  if (local.empty()) return false;
  return local.family == 6 ? local.ip[0] != 0xff : local.ip[0] < 224;
}

/** There is room for a packet that is sent twice. */
bool has_room(const TxBatch& out) { return out.count + 2 <= out.packets.size(); }

}  // namespace

Relay::Relay(const RelayOptions& options, WorkerCounters* counters, Reporter* reporter, Taps* taps, Watch* watch,
             Forks* forks, Playout* playout, Admission* admission, PacketIo* io)
    : options_(options),
      counters_(counters),
      reporter_(reporter),
      taps_(taps),
      watch_(watch),
      forks_(forks),
      playout_(playout),
      admission_(admission),
      io_(io),
      resized_(std::make_unique_for_overwrite<uint8_t[]>(kResized)) {
  io_->tell_refusals(this);
}

void Relay::process(const RxPacket& packet, int64_t now_ns, double wall, TxBatch* out) {
  if (!packet.port->open()) return;  // removed by an operation that came in with this batch
  Stream& stream = *static_cast<Stream*>(packet.port->owner);
  Session& session = *stream.session;
  // The total grows and may wrap. Datagrams queued before the first drop carry 0.
  const uint32_t drops = packet.kernel_drops - packet.port->kernel_drops;
  if (packet.kernel_drops != 0 && static_cast<int32_t>(drops) > 0) {
    counters_->kernel_drops.add(drops);
    packet.port->kernel_drops = packet.kernel_drops;
  }
  if (!session.complete) {
    discard(stream);
    return;
  }
  counters_->packets_received.add();
  if (stream.rtcp) counters_->rtcp_received.add();

  Leg& leg = session.legs[stream.leg];
  RtpView view;
  const bool valid = !stream.rtcp && parse_rtp(packet.data, packet.len, &view);
  const RtpView* rtp = valid ? &view : nullptr;
  if (!admission_->may_take(stream, packet, rtp, now_ns) || !latch(&leg, &stream, packet.source, rtp, now_ns)) {
    ++stream.counters.ignored;
    counters_->packets_ignored.add();
    if (stream.rtcp) counters_->rtcp_ignored.add();
    discard(stream);
    return;
  }
  ++stream.counters.in;
  if (packet.port->local.wildcard() && reply_address(packet.local)) stream.arrived(packet.source, packet.local);
  if (!stream.rtcp) analyse(&leg, rtp, packet.source, now_ns, wall);
  if (rtp == nullptr) note_rtcp(stream, packet, now_ns);

  if (!has_room(*out)) flush(out);
  const TappedPacket accepted{packet.data,  packet.len, packet.source,
                              packet.local, wall,       valid ? view.pt : TappedPacket::kNoPayloadType};
  if (!stream.rtcp && leg.resizer != nullptr) {
    resize(&stream, accepted, rtp, now_ns, out);
  } else {
    forward(&stream, accepted, now_ns, out);
  }
}

void Relay::flush(TxBatch* out) {
  if (std::exchange(sourceless_, false)) find_sources(out);
  if (out->count > 0) io_->send(out);
  if (relayed_ > 0) counters_->packets_relayed.add(std::exchange(relayed_, 0));
  if (rtcp_relayed_ > 0) counters_->rtcp_relayed.add(std::exchange(rtcp_relayed_, 0));
  taps_->flush();
  forks_->flush();
  resized_used_ = 0;
}

void Relay::find_sources(TxBatch* out) {
  for (size_t i = 0; i < out->count; ++i) {
    TxPacket& packet = out->packets[i];
    if (packet.source == nullptr) packet.source = static_cast<const Stream*>(packet.from->owner)->source();
  }
}

void Relay::refused(const TxPacket& packet, int error) {
  // Copies to a third address have no leg.
  if (packet.from == nullptr) return;
  Stream& exit = *static_cast<Stream*>(packet.from->owner);
  Leg& leg = exit.session->legs[exit.leg];
  if (!leg.refusal_reported) leg.refusal_reported = reporter_->refused(exit, packet.dest, error);
  ++exit.port.refused;
  leg.send_error = error;
  if (packet.relayed == nullptr) return;
  Stream& sender = *static_cast<Stream*>(packet.relayed);
  --sender.counters.relayed;
  --relayed_;
  if (sender.rtcp) --rtcp_relayed_;
}

void Relay::resize(Stream* stream, const TappedPacket& packet, const RtpView* rtp, int64_t now_ns, TxBatch* out) {
  Resizer& resizer = *stream->session->legs[stream->leg].resizer;
  const PacketOrigin arrival{packet.source, packet.local, packet.wall};
  const Intake intake = rtp == nullptr ? Intake{} : resizer.push(packet.data, *rtp, arrival, now_ns);
  counters_->resizer_discarded.add(intake.discarded);
  if (intake.taken) {
    counters_->resizer_in.add();
  } else if (rtp == nullptr || intake.seq == rtp->seq) {
    forward(stream, packet, now_ns, out);
  } else {
    forward(stream, renumbered(packet, intake.seq, out), now_ns, out);
  }
  for (;;) {
    make_room(out);
    uint8_t* place = resized_.get() + resized_used_;
    PacketOrigin origin;
    const uint32_t len = resizer.pop(now_ns, place, &origin);
    if (len == 0) return;
    resized_used_ += len;
    counters_->resizer_out.add();
    forward(stream, {place, len, origin.source, origin.local, origin.wall, payload_type(place)}, now_ns, out);
  }
}

void Relay::make_room(TxBatch* out) {
  if (!has_room(*out) || kResized - resized_used_ < Resizer::kMaxPacket) flush(out);
}

TappedPacket Relay::renumbered(const TappedPacket& packet, uint16_t seq, TxBatch* out) {
  make_room(out);
  TappedPacket copy = packet;
  uint8_t* place = resized_.get() + resized_used_;
  resized_used_ += packet.len;
  std::memcpy(place, packet.data, packet.len);
  place[2] = static_cast<uint8_t>(seq >> 8);
  place[3] = static_cast<uint8_t>(seq);
  copy.data = place;
  return copy;
}

void Relay::discard(const Stream& stream) {
  counters_->packets_discarded.add();
  if (stream.rtcp) counters_->rtcp_discarded.add();
}

void Relay::forward(Stream* stream, const TappedPacket& packet, int64_t now_ns, TxBatch* out) {
  Session& session = *stream->session;
  Leg& other = session.legs[1 - stream->leg];
  if (session.fork_target || (!stream->rtcp && other.player != nullptr)) {
    ++stream->counters.dropped;
    discard(*stream);
    return;
  }
  Stream& exit = stream->rtcp ? other.rtcp : other.rtp;
  // RTCP goes where RTP does.
  if (latch_review_due(other.rtp.latch, now_ns)) review(&other, now_ns);
  // Also packets that cannot be delivered show that the call is alive (media.md 2.6).
  session.restart_timer(stream->leg);

  // Witnesses: recordings have what is hidden, the parties of forks have not.
  if (stream->tap.active()) taps_->packet(stream, exit, packet);
  const bool hidden = watch_->concerns(*stream) && !watch_->packet(stream, packet);
  if (session.forks != nullptr && !hidden) forks_->packet(*stream, packet);

  if (hidden || !exit.port.open() || exit.latch.remote.empty() || !admission_->may_send(exit)) {
    ++stream->counters.dropped;
    discard(*stream);
    return;
  }
  TxPacket copy = exit.to_peer(packet.data, packet.len);
  copy.relayed = stream;
  if (copy.source == nullptr && exit.port.local.wildcard()) sourceless_ = true;
  out->push(copy);
  ++stream->counters.relayed;
  ++relayed_;
  if (stream->rtcp) ++rtcp_relayed_;
  if (!options_.duplicate_small || packet.len >= kSmallDatagram) return;
  copy.relayed = nullptr;
  out->push(copy);
}

bool Relay::latch(Leg* leg, Stream* stream, const Endpoint& source, const RtpView* rtp, int64_t now_ns) {
  if (latch_review_due(leg->rtp.latch, now_ns)) review(leg, now_ns);
  LatchNotes notes;
  const bool accepted = stream->rtcp ? latch_rtcp_packet(&stream->latch, leg->rtp.latch, source, now_ns, &notes)
                                     : latch_packet(&stream->latch, source, rtp, now_ns, &notes);
  latched(leg, stream, notes, source, rtp, now_ns);
  return accepted;
}

void Relay::review(Leg* leg, int64_t now_ns) {
  LatchNotes notes;
  if (!latch_review(&leg->rtp.latch, now_ns, &notes)) return;
  // The line that tells how it was found is enough: there is no packet to tell of.
  notes.latched = notes.relatched = notes.moved = false;
  const Endpoint source = leg->rtp.latch.remote;
  latched(leg, &leg->rtp, notes, source, nullptr, now_ns);
}

void Relay::latched(Leg* leg, Stream* stream, const LatchNotes& notes, const Endpoint& source, const RtpView* rtp,
                    int64_t now_ns) {
  reporter_->latched(*stream, notes, source, rtp);
  if (!notes.rtcp_follows || stream->rtcp) return;
  if (latch_follow_rtp(&leg->rtcp.latch, leg->rtp.latch)) reporter_->rtcp_guessed(leg->rtcp);
  playout_->changed(leg, now_ns);
}

void Relay::note_rtcp(const Stream& stream, const RxPacket& packet, int64_t now_ns) {
  Session& session = *stream.session;
  Leg& leg = session.legs[stream.leg];
  const Leg& other = session.legs[1 - stream.leg];
  const RtcpView rtcp = parse_rtcp(packet.data, packet.len, other.analyzer.ssrc());
  if (rtcp.sent) leg.rtcp_meter.passed(*rtcp.sent, now_ns);
  if (rtcp.report) leg.rtcp_meter.reported(*rtcp.report, other.rtcp_meter, now_ns);
}

void Relay::analyse(Leg* leg, const RtpView* rtp, const Endpoint& source, int64_t now_ns, double wall) {
  if (leg->last_in_ns != 0) leg->longest_ipi_ns = std::max(leg->longest_ipi_ns, std::abs(now_ns - leg->last_in_ns));
  leg->last_in_ns = std::max(leg->last_in_ns, now_ns);
  if (leg->first_in == 0) leg->first_in = wall;
  leg->last_in = wall;
  if (rtp == nullptr) {
    leg->analyzer.on_parse_error();
    return;
  }
  const uint32_t before = leg->analyzer.ssrc();
  if (leg->analyzer.on_packet(*rtp, static_cast<double>(now_ns) * 1e-9) != Verdict::kSsrcChanged) return;
  reporter_->ssrc_changed(leg->rtp, before, *rtp);
  reporter_->latched(leg->rtp, latch_ssrc_changed(&leg->rtp.latch, *rtp, now_ns), source, rtp);
}

}  // namespace rtpp
