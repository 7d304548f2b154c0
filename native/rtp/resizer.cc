#include "rtp/resizer.h"

#include <algorithm>
#include <cstring>

#include "base/network_order.h"
#include "rtp/framing.h"

namespace rtpp {
namespace {

constexpr uint32_t kTicksPerMs = 8;
constexpr int64_t kNsPerTick = 125'000;
constexpr uint32_t kMinLimit = 320;
/** By how much the first packet of a run is taken to be late. */
constexpr uint32_t kSlack = 40;
/** How much later than a target's length a packet may come before the clocks are taken to differ. */
constexpr uint32_t kTolerance = 160;
/** A timestamp that steps back by more than this second is no late packet: the sender's clock began anew. */
constexpr uint32_t kMaxLate = 8000;

uint32_t ticks_at(int64_t now_ns) { return static_cast<uint32_t>(now_ns / kNsPerTick); }

}  // namespace

void Resizer::set_ptime(uint32_t ms) {
  target_ = kTicksPerMs * ms;
  limit_ = std::max(2 * target_, kMinLimit);
}

uint32_t Resizer::clear() {
  const uint32_t left = queue_.size();
  queue_.clear();
  ssrc_.reset();
  sent_.reset();
  offset_.reset();
  series_.clear();
  return left;
}

Intake Resizer::push(const uint8_t* packet, const RtpView& rtp, const PacketOrigin& origin, int64_t now_ns) {
  const uint32_t ticks = audio_ticks(rtp.pt, packet + rtp.header_len, rtp.payload_len);
  const bool fits = rtp.header_len <= kMaxHeader && rtp.header_len + rtp.payload_len <= kMaxPacket;
  if (ticks == 0 || ticks > kMaxTicks || !fits) return {false, 0, series_.passed(rtp.ssrc, rtp.seq)};
  series_.taken(rtp.ssrc, rtp.seq);
  if (starts_clock(rtp)) {
    ssrc_ = rtp.ssrc;
    ++clock_;
    newest_ = rtp.ts;
    sent_.reset();
    offset_.reset();
  }
  if (sent_ && ts_before(rtp.ts, *sent_)) return {true, 1};
  if (ts_before(newest_, rtp.ts)) newest_ = rtp.ts;
  follow_clock(rtp.ts, now_ns);

  QueuedAudio entry;
  entry.origin = origin;
  entry.ts = rtp.ts;
  entry.ssrc = rtp.ssrc;
  entry.clock = clock_;
  entry.ticks = ticks;
  entry.header_len = rtp.header_len;
  entry.payload_len = rtp.payload_len;
  entry.pt = rtp.pt;
  entry.marker = rtp.marker;
  return {true, queue_.insert(entry, packet)};
}

bool Resizer::starts_clock(const RtpView& rtp) const {
  return ssrc_ != rtp.ssrc || (ts_before(rtp.ts, newest_) && newest_ - rtp.ts > kMaxLate);
}

void Resizer::follow_clock(uint32_t ts, int64_t now_ns) {
  const uint32_t local = ticks_at(now_ns);
  const uint32_t latest = ts + target_ + kTolerance;
  if (!offset_ || ts_before(local + *offset_, ts)) {
    offset_ = ts - local + kSlack;
  } else if (const uint32_t remote = local + *offset_; ts_before(latest, remote)) {
    *offset_ -= (remote - latest) / 2;
  }
}

bool Resizer::due(int64_t now_ns) const {
  if (queue_.empty()) return false;
  if (queue_.ticks() >= target_) return true;
  return !ts_before(ticks_at(now_ns) + offset_.value_or(0), queue_.front().ts + limit_);
}

uint32_t Resizer::pop(int64_t now_ns, uint8_t* out, PacketOrigin* origin) {
  if (!due(now_ns)) return 0;
  const QueuedAudio first = queue_.front();
  const uint32_t unit = audio_unit(first.pt);
  const uint32_t wanted = std::max((target_ + unit - 1) / unit, 1u) * unit;
  *origin = first.origin;
  uint32_t len = write_header(first, out);
  uint32_t ticks = 0;
  uint32_t clock = first.clock;
  bool silence = false;
  while (ticks < wanted && !silence && !queue_.empty()) {
    const QueuedAudio& next = queue_.front();
    const bool container = ticks == 0;
    if (!container && (next.pt != first.pt || next.ts != first.ts + ticks)) break;
    const uint8_t* payload = queue_.bytes(next.payload);
    const AudioPart part = audio_part(next.pt, payload, next.payload_len, wanted - ticks);
    if (len + part.bytes > kMaxPacket) break;
    std::memcpy(out + len, payload, part.bytes);
    len += part.bytes;
    ticks += part.ticks;
    clock = next.clock;
    silence = ends_in_silence(next.pt, part.bytes);
    // Otherwise the marker stays with what is left of the packet.
    if (container) queue_.clear_front_marker();
    queue_.take_front(part.bytes, part.ticks);
  }
  // What is left of an earlier clock says nothing about this one.
  if (clock == clock_) sent_ = first.ts + ticks;
  return len;
}

// The header of the first part serves, with its CSRC list and extension. Padding stays behind, and so must its flag:
// the C daemon keeps both and sends garbage (media.md 9).
uint32_t Resizer::write_header(const QueuedAudio& first, uint8_t* out) {
  constexpr uint8_t kPadding = 0x20;
  constexpr uint8_t kMarker = 0x80;
  std::memcpy(out, queue_.bytes(first.header), first.header_len);
  out[0] &= static_cast<uint8_t>(~kPadding);
  out[1] = static_cast<uint8_t>((first.marker ? kMarker : 0) | first.pt);
  write16(out + 2, series_.made(first.ssrc, read16(out + 2)));
  write32(out + 4, first.ts);
  return first.header_len;
}

}  // namespace rtpp
