#include "engine/watch.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/handles.h"
#include "engine/session.h"

namespace rtpp {
namespace {

/** More than the main thread lags behind unless it stands still. */
constexpr size_t kRingBytes = size_t{4} << 20;
/** Where records begin in what JavaScript reads. */
constexpr size_t kAlign = alignof(WatchedPacket);

}  // namespace

WatchedPacket WatchedPacket::gap(uint32_t size) {
  WatchedPacket gap;
  gap.session = to_number(kNoSession);
  gap.size = size;
  return gap;
}

int Watch::open() {
  if (ring_.load(std::memory_order_relaxed) != nullptr) return 0;
  int error = 0;
  std::unique_ptr<Ring> ring = Ring::create(kRingBytes, &error);
  ring_.store(ring.release(), std::memory_order_release);
  return error;
}

size_t Watch::drain(std::span<uint8_t> out, size_t limit, size_t* used) {
  *used = 0;
  Ring* ring = ring_.load(std::memory_order_relaxed);
  if (ring == nullptr) return 0;
  ring->begin();
  size_t count = 0;
  while (count < limit && out.size() - *used >= kLongest) {
    const WatchedPacket* packet = ring->next();
    if (packet == nullptr) break;
    const size_t size = sizeof *packet + packet->size;
    std::memcpy(&out[*used], packet, size);
    *used = std::min(out.size(), *used + (size + kAlign - 1) / kAlign * kAlign);
    ++count;
  }
  ring->release();
  return count;
}

bool Watch::drained(uint64_t end) const {
  const Ring* ring = ring_.load(std::memory_order_relaxed);
  return ring == nullptr || ring->released(end);
}

bool Watch::concerns(const Stream& stream) const {
  return stream.rtcp ? rtcp_.load(std::memory_order_acquire) : stream.watched;
}

bool Watch::packet(Stream* stream, const TappedPacket& packet) {
  if (stream->rtcp) {
    show(stream, packet);
    return true;
  }
  if (packet.payload_type == TappedPacket::kNoPayloadType) return true;
  const WatchedPayloads& payloads = (*stream->session->reserve)[stream->leg].payloads;
  if (payloads.watched.has(packet.payload_type)) show(stream, packet);
  return !payloads.hidden.has(packet.payload_type);
}

void Watch::show(Stream* stream, const TappedPacket& packet) {
  const bool shown = stream->watch.admit(packet.len) && copy(*stream, packet);
  (shown ? counters_->packets_watched : counters_->watched_lost).add();
}

bool Watch::copy(const Stream& stream, const TappedPacket& packet) {
  const Endpoint local = stream.received_at(packet.local);
  WatchedPacket record;
  record.session = to_number(stream.session->id);
  record.arrived_at = packet.wall;
  record.size = packet.len;
  record.source_port = packet.source.port;
  record.local_port = local.port;
  record.leg = stream.leg;
  record.rtcp = stream.rtcp ? 1 : 0;
  record.source_family = packet.source.family;
  record.local_family = local.family;
  std::copy_n(packet.source.ip, record.source_ip.size(), record.source_ip.begin());
  std::copy_n(local.ip, record.local_ip.size(), record.local_ip.begin());
  Ring* ring = ring_.load(std::memory_order_acquire);
  WatchedPacket* place = ring == nullptr ? nullptr : ring->reserve(record);
  if (place == nullptr) return false;
  std::memcpy(place->data(), packet.data, packet.len);
  ring->commit();
  return true;
}

uint64_t Watch::end() const {
  const Ring* ring = ring_.load(std::memory_order_acquire);
  return ring == nullptr ? 0 : ring->tail();
}

bool Watch::empty() const {
  const Ring* ring = ring_.load(std::memory_order_acquire);
  return ring == nullptr || ring->empty();
}

}  // namespace rtpp
