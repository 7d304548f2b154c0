#include "engine/latch_probation.h"

namespace rtpp {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr uint8_t kPackets = 5;
/** Packets other than RTP can be rare: keep-alives. Two do when they are so far apart. */
constexpr uint8_t kRarePackets = 2;
constexpr int64_t kRare = 1000 * kMs;
/** Sequence numbers further ahead are those of another stream, and so are those far behind. */
constexpr int kMaxAhead = 536;
constexpr int kMaxBehind = 100;
/** A candidate that has been silent for so long can lose its place to another one. */
constexpr int64_t kStale = 500 * kMs;

/** The place of this source, or one that it can have, an empty one if possible; null when there is none. */
LatchCandidate* place_for(LatchGuard* guard, const Endpoint& source, int64_t now_ns) {
  LatchCandidates& candidates = *guard->candidates;
  LatchCandidate* oldest = nullptr;
  for (uint8_t i = 0; i < guard->candidate_count; ++i) {
    LatchCandidate& candidate = candidates[i];
    if (candidate.source == source) return &candidate;
    if (oldest == nullptr || candidate.last_ns < oldest->last_ns) oldest = &candidate;
  }
  if (guard->candidate_count < candidates.size()) {
    LatchCandidate& place = candidates[guard->candidate_count++];
    place = LatchCandidate{};
    return &place;
  }
  return now_ns - oldest->last_ns >= kStale ? oldest : nullptr;
}

void begin(LatchCandidate* candidate, const Endpoint& source, const RtpView* rtp, int64_t now_ns) {
  *candidate = LatchCandidate{};
  candidate->source = source;
  candidate->first_ns = now_ns;
  candidate->count = 1;
  if (rtp == nullptr) return;
  candidate->rtp = true;
  candidate->ssrc = rtp->ssrc;
  candidate->seq = rtp->seq;
}

void add(LatchCandidate* candidate) {
  if (candidate->count < kPackets) ++candidate->count;
}

/** One stream with rising sequence numbers; what comes twice or late does neither good nor harm. */
void add_rtp(LatchCandidate* candidate, const Endpoint& source, const RtpView& rtp, int64_t now_ns) {
  const int ahead = static_cast<int16_t>(static_cast<uint16_t>(rtp.seq - candidate->seq));
  if (!candidate->rtp || candidate->ssrc != rtp.ssrc || ahead > kMaxAhead || ahead < -kMaxBehind) {
    begin(candidate, source, &rtp, now_ns);
  } else if (ahead > 0) {
    candidate->seq = rtp.seq;
    add(candidate);
  }
}

}  // namespace

bool on_probation(LatchGuard* guard, const Probation& probation, const Endpoint& source, const RtpView* rtp,
                  int64_t now_ns) {
  if (rtp != nullptr && guard->payload_types != 0 && (guard->payload_types & payload_type_bit(rtp->pt)) == 0)
    return false;
  LatchCandidate* candidate = place_for(guard, source, now_ns);
  if (candidate == nullptr) return false;
  if (!(candidate->source == source) || candidate->first_ns <= probation.since_ns) {
    begin(candidate, source, rtp, now_ns);
  } else if (rtp != nullptr) {
    add_rtp(candidate, source, *rtp, now_ns);
  } else if (!candidate->rtp) {
    add(candidate);
  }
  candidate->last_ns = now_ns;
  const int64_t age = now_ns - candidate->first_ns;
  const bool rare = !candidate->rtp && candidate->count >= kRarePackets && age >= kRare;
  return (candidate->count >= kPackets || rare) && age >= probation.wait_ns;
}

}  // namespace rtpp
