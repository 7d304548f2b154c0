#include "latch/evidence.h"

#include <algorithm>
#include <utility>

#include "latch/rules.h"

namespace rtpp {
namespace {

/** Two paths of one stream differ by so many packets, and a gap may be so long: half a second, ten seconds. */
constexpr int64_t kMaxBehind = 100;
constexpr int64_t kMaxAhead = 536;
/** More for each ms of silence: a hundred packets a second. */
constexpr int64_t kMsPerPacket = 10;
constexpr int64_t kHalfCycle = 0x7fff;
/** Of two packets in a row from one source, the second is so far ahead at most, and so far behind. */
constexpr int kNextAhead = 50;
constexpr int kNextBehind = 10;

int distance(uint16_t from, uint16_t to) { return static_cast<int16_t>(static_cast<uint16_t>(to - from)); }

}  // namespace

void StreamKeys::note(const StreamKey& packet) {
  if (count_ > 0 && keys_[0].ssrc != packet.ssrc) {
    keys_[1] = keys_[0];
    count_ = 2;
  }
  keys_[0] = packet;
  if (count_ == 0) count_ = 1;
}

bool StreamKeys::near(const RtpView& rtp, int64_t silence_ns) const {
  const int64_t ahead = std::min(kHalfCycle, kMaxAhead + silence_ns / kNsPerMs / kMsPerPacket);
  for (uint8_t i = 0; i < count_; ++i) {
    if (keys_[i].ssrc != rtp.ssrc) continue;
    const int steps = distance(keys_[i].seq, rtp.seq);
    return steps >= -kMaxBehind && steps <= ahead;
  }
  return false;
}

bool StreamKeys::follows(const RtpView& rtp) const {
  for (uint8_t i = 0; i < count_; ++i) {
    if (keys_[i].ssrc != rtp.ssrc) continue;
    const int ahead = distance(keys_[i].seq, rtp.seq);
    return ahead >= -kNextBehind && ahead <= kNextAhead;
  }
  return true;
}

const StreamKey& StreamKeys::known(uint32_t ssrc) const {
  return count_ == 2 && keys_[1].ssrc == ssrc ? keys_[1] : keys_[0];
}

bool overlap(const LatchCandidate& candidate, int64_t heard_ns) {
  // Who has sent nothing since it held the leg did not send beside its successor.
  return candidate.run > 0 && heard_ns > candidate.run_since_ns + kOverlapMs * kNsPerMs;
}

void count_packet(LatchCandidate* candidate, const Arrival& packet, int64_t holder_heard_ns, bool near) {
  LatchCandidate& it = *candidate;
  const int64_t now = packet.now_ns;
  const bool fresh = it.last_ns == 0 || now - it.last_ns > kForgetMs * kNsPerMs;
  if (fresh) {
    // A source that sends rarely keeps what speaks for it as long as nobody else is heard.
    const bool alone = it.alone != 0 && holder_heard_ns <= it.alone_since_ns;
    if (!alone) {
      it.alone = 0;
      if (it.last_ns != 0) it.near = 0;
    }
    if (it.last_ns != 0) it.beside = false;
    it.run = 0;
  }
  if (it.alone > 0 && holder_heard_ns > it.alone_since_ns) {
    it.beside |= overlap(it, holder_heard_ns);
    it.alone = 0;
  }
  if (it.alone == 0) it.alone_since_ns = now;
  saturate(&it.alone);
  if (now - it.last_ns > kBurstMs * kNsPerMs) it.burst = 0;
  saturate(&it.burst);
  if (now - it.last_ns > kRunMs * kNsPerMs) it.run = 0;
  if (it.run == 0) it.run_since_ns = now;
  saturate(&it.run);
  const bool follows = it.near == 0 || packet.rtp == nullptr || it.keys.follows(*packet.rtp);
  // A path of the holder's stream stays one, also when the party changes its SSRC.
  if (near && follows) {
    saturate(&it.near);
  } else if (it.near < kInARow) {
    it.near = near ? 1 : 0;
  }
  if (packet.rtp != nullptr) it.keys.note(*packet.rtp);
  it.last_ns = now;
}

}  // namespace rtpp
