#include "engine/session.h"

#include <algorithm>

namespace rtpp {
namespace {

constexpr double kNanosecond = 1e-9;

AddressFigures figures_of(const Endpoint& address) {
  const auto part = [&address](size_t index) {
    const uint8_t* byte = address.ip + 4 * index;
    return static_cast<double>(uint32_t{byte[0]} << 24 | uint32_t{byte[1]} << 16 | uint32_t{byte[2]} << 8 | byte[3]);
  };
  return {.family = static_cast<double>(address.family),
          .port = static_cast<double>(address.port),
          .ip0 = part(0),
          .ip1 = part(1),
          .ip2 = part(2),
          .ip3 = part(3)};
}

ChannelFigures figures_of(const Stream& stream) {
  const StreamCounters& counters = stream.counters;
  return {.received = static_cast<double>(counters.in),
          .relayed = static_cast<double>(counters.relayed),
          .dropped = static_cast<double>(counters.dropped),
          .ignored = static_cast<double>(counters.ignored),
          .refused = static_cast<double>(stream.port.refused)};
}

/** Of packets that were to go to the present peer. */
Denial denial_of(const Leg& leg) { return leg.judged.of == leg.rtp.latch.remote ? leg.judged.denial : Denial::kNone; }

/** Seconds without a message behind which others begin anew. */
constexpr double kUnreachedPause = 5;

/** Of the present peer. */
UnreachedAddress unreached_of(const Leg& leg) {
  if (!leg.unreached) return {};
  const UnreachedAddress& known = (*leg.rtp.session->reserve)[leg.rtp.leg].unreached;
  return known.address == leg.rtp.latch.remote ? known : UnreachedAddress{};
}

template <typename Enum>
double number_of(Enum value) {
  return static_cast<double>(value);
}

LegFigures figures_of(const Leg& leg, int64_t wall_offset_ns) {
  const AnalyzerStats stats = leg.analyzer.stats();
  const LatchState& latch = leg.rtp.latch;
  const Tap& rtp = leg.rtp.tap;
  const Tap& rtcp = leg.rtcp.tap;
  const UnreachedAddress unreached = unreached_of(leg);
  return {
      .rtp = figures_of(leg.rtp),
      .rtcp = figures_of(leg.rtcp),
      .first_in = leg.first_in,
      .last_in = leg.last_in,
      .longest_ipi = static_cast<double>(leg.longest_ipi_ns) * kNanosecond,
      .sent = static_cast<double>(stats.sent),
      .received = static_cast<double>(stats.received),
      .duplicates = static_cast<double>(stats.duplicates),
      .payload_bytes = static_cast<double>(stats.payload_bytes),
      .parse_errors = static_cast<double>(stats.parse_errors),
      .jitter_last = stats.jitter.last,
      .jitter_max = stats.jitter.max,
      .jitter_avg = stats.jitter.average,
      .ssrc = static_cast<double>(stats.ssrc),
      .ssrc_changes = static_cast<double>(stats.ssrc_changes),
      .highest_seq = static_cast<double>(stats.highest_seq),
      .loss_events = static_cast<double>(stats.loss_events),
      .late = static_cast<double>(stats.late),
      .behind = stats.behind,
      .most_behind = stats.most_behind,
      .reordered = static_cast<double>(stats.reordered),
      .payload_type = static_cast<double>(stats.payload_type),
      .other_payload = static_cast<double>(stats.other_payload),
      .last_payload = static_cast<double>(stats.last_payload),
      .far_loss = leg.rtcp_meter.loss(),
      .far_jitter = leg.rtcp_meter.jitter(),
      .round_trip = leg.rtcp_meter.round_trip(),
      .address_origin = number_of(latch.origin),
      .address_since = latch.remote.empty() ? 0 : static_cast<double>(latch.remote_ns + wall_offset_ns) * kNanosecond,
      .latch_state = number_of(latch_stage(latch, leg.rtp.counters.in > 0)),
      .ignore_reason = number_of(latch.ignore_reason),
      .send_error = static_cast<double>(leg.send_error),
      .denial = number_of(denial_of(leg)),
      .looped = number_of(leg.looped),
      .recording = number_of(rtp.file != nullptr || rtcp.file != nullptr),
      .copying = number_of(rtp.copy_fd >= 0 || rtcp.copy_fd >= 0),
      .playing = number_of(leg.player != nullptr),
      .media = figures_of(latch.remote),
      .rtcp_media = figures_of(leg.rtcp.latch.remote),
      .ignored = figures_of(latch.ignored),
      .unreached = {static_cast<double>(unreached.messages), static_cast<double>(unreached.recent),
                    static_cast<double>(unreached.error), unreached.at}};
}

}  // namespace

void UnreachedAddress::add(const Unreachable& heard, double now) {
  if (address != heard.remote) *this = {.address = heard.remote};
  if (now - at > kUnreachedPause) recent = 0;
  messages += heard.messages;
  recent += heard.messages;
  error = heard.error;
  at = now;
}

Endpoint Stream::received_at(const Endpoint& sent_to) const {
  if (!port.local.wildcard() || sent_to.empty()) return port.local;
  Endpoint address = sent_to;
  address.port = port.local.port;
  return address;
}

const Endpoint* Stream::source() const {
  if (!arrival_known || !port.local.wildcard()) return nullptr;
  const ArrivalAddress& arrival = (*session->reserve)[leg].arrivals[rtcp ? 1 : 0];
  // Signalling may have sent the stream elsewhere, where another address of ours may be the one that is known.
  return latch.remote.same_host(arrival.peer) ? &arrival.local : nullptr;
}

void Stream::arrived(const Endpoint& peer, const Endpoint& local) {
  ArrivalAddress* arrivals = (*session->reserve)[leg].arrivals;
  Leg& own = session->legs[leg];
  for (Stream* stream : {&own.rtp, &own.rtcp}) {
    ArrivalAddress& arrival = arrivals[stream->rtcp ? 1 : 0];
    // Of RTP and RTCP the one that is silent goes by the other.
    if (stream != this && stream->arrival_known && arrival.peer.same_host(peer)) continue;
    arrival = {peer, local};
    stream->arrival_known = true;
  }
}

void Session::snapshot(int64_t wall_offset_ns, SessionFigures* out) const {
  out->ttl = std::min(timer(0).ttl, timer(1).ttl);
  out->fork_target = number_of(fork_target);
  for (int i = 0; i < 2; ++i) out->legs[i] = figures_of(legs[i], wall_offset_ns);
}

}  // namespace rtpp
