#include "play/player.h"

#include <cstring>

#include "base/network_order.h"

namespace rtpp {
namespace {

constexpr int64_t kMillisecond = 1'000'000;
/** The timestamp advances by as much for every codec, also for those with another clock rate (media.md 7.3). */
constexpr uint32_t kTicksPerMs = 8;

}  // namespace

Prompt::Prompt(const uint8_t* bytes, size_t length) : data(std::make_unique<uint8_t[]>(length)), size(length) {
  if (length > 0) std::memcpy(data.get(), bytes, length);
}

uint32_t Player::next(uint8_t* out) {
  if (!advance()) return 0;
  out[0] = 0x80;
  out[1] = static_cast<uint8_t>((marker_ ? 0x80 : 0) | spec_.payload_type);
  write16(out + 2, spec_.seq);
  write32(out + 4, spec_.ts);
  write32(out + 8, spec_.ssrc);
  std::memcpy(out + kHeader, prompt_->data.get() + offset_, spec_.packet_bytes);

  marker_ = false;
  offset_ += spec_.packet_bytes;
  ++spec_.seq;
  spec_.ts += spec_.packet_ms * kTicksPerMs;
  due_ns_ += spec_.packet_ms * kMillisecond;
  return kHeader + spec_.packet_bytes;
}

bool Player::advance() {
  // Also of an endless one nothing is heard when it is shorter than a packet.
  if (spec_.packet_bytes == 0 || prompt_->size < spec_.packet_bytes || spec_.count == 0) return false;
  if (prompt_->size - offset_ >= spec_.packet_bytes) return true;
  if (spec_.count > 0 && --spec_.count == 0) return false;
  offset_ = 0;
  return true;
}

}  // namespace rtpp
