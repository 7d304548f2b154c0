#include "engine/session.h"

#include <algorithm>

namespace rtpp {
namespace {

constexpr double kNanosecond = 1e-9;

/** The 32 bits of the address that begin at byte 4 * `part`. */
double part_of(const Endpoint& address, int part) {
  const uint8_t* byte = address.ip + 4 * part;
  return static_cast<double>(uint32_t{byte[0]} << 24 | uint32_t{byte[1]} << 16 | uint32_t{byte[2]} << 8 | byte[3]);
}

}  // namespace

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

void Session::snapshot(SessionSnapshot* out) const {
  const Leg& a = legs[0];
  const Leg& b = legs[1];
  out->ttl = independent_ttl ? std::min(a.ttl, b.ttl) : a.ttl;
  const AnalyzerStats stats[2] = {a.analyzer.stats(), b.analyzer.stats()};
#define RTPP_FILL_ADDRESS(name, address) \
  out->name##_family = address.family;   \
  out->name##_port = address.port;       \
  out->name##_ip0 = part_of(address, 0); \
  out->name##_ip1 = part_of(address, 1); \
  out->name##_ip2 = part_of(address, 2); \
  out->name##_ip3 = part_of(address, 3);
#define RTPP_FILL(leg, source, figures)                                              \
  out->leg##_rtp_in = static_cast<double>(source.rtp.counters.in);                   \
  out->leg##_rtp_relayed = static_cast<double>(source.rtp.counters.relayed);         \
  out->leg##_rtp_dropped = static_cast<double>(source.rtp.counters.dropped);         \
  out->leg##_rtp_ignored = static_cast<double>(source.rtp.counters.ignored);         \
  out->leg##_rtcp_in = static_cast<double>(source.rtcp.counters.in);                 \
  out->leg##_rtcp_relayed = static_cast<double>(source.rtcp.counters.relayed);       \
  out->leg##_rtcp_dropped = static_cast<double>(source.rtcp.counters.dropped);       \
  out->leg##_rtcp_ignored = static_cast<double>(source.rtcp.counters.ignored);       \
  out->leg##_first_in = source.first_in;                                             \
  out->leg##_last_in = source.last_in;                                               \
  out->leg##_longest_ipi = static_cast<double>(source.longest_ipi_ns) * kNanosecond; \
  out->leg##_sent = static_cast<double>(figures.sent);                               \
  out->leg##_received = static_cast<double>(figures.received);                       \
  out->leg##_duplicates = static_cast<double>(figures.duplicates);                   \
  out->leg##_parse_errors = static_cast<double>(figures.parse_errors);               \
  out->leg##_jitter_last = figures.jitter.last;                                      \
  out->leg##_jitter_max = figures.jitter.max;                                        \
  out->leg##_jitter_avg = figures.jitter.average;                                    \
  out->leg##_ssrc = figures.ssrc;                                                    \
  out->leg##_ssrc_changes = figures.ssrc_changes;                                    \
  RTPP_FILL_ADDRESS(leg##_media, source.rtp.latch.remote)                            \
  RTPP_FILL_ADDRESS(leg##_ignored, source.rtp.latch.ignored)                         \
  out->leg##_rtp_refused = source.rtp.port.refused;                                  \
  out->leg##_rtcp_refused = source.rtcp.port.refused;
  RTPP_FILL(leg0, a, stats[0])
  RTPP_FILL(leg1, b, stats[1])
#undef RTPP_FILL
#undef RTPP_FILL_ADDRESS
}

}  // namespace rtpp
