#pragma once

#include <array>
#include <cstdint>

#include "base/addr.h"
#include "rtp/packet.h"

namespace rtpp {

/** The last packet of one RTP stream. */
struct StreamKey {
  uint32_t ssrc = 0;
  uint16_t seq = 0;
};

/** The two streams that a source sent last: voice and DTMF, video and its retransmissions. */
class StreamKeys {
 public:
  void clear() { count_ = 0; }
  void note(const StreamKey& packet);
  void note(const RtpView& rtp) { note(StreamKey{rtp.ssrc, rtp.seq}); }
  /**
   * Whether the packet can be the next of one of the streams: its SSRC, and a sequence number that is not far behind
   * and, after `silence_ns` without a packet, not too far ahead.
   */
  bool near(const RtpView& rtp, int64_t silence_ns) const;
  /** Whether it can be the next packet of the same source: not far from the one before, or of another SSRC. */
  bool follows(const RtpView& rtp) const;
  /** The stream with this SSRC, otherwise the one that was heard last; nothing is behind it when `empty`. */
  const StreamKey& known(uint32_t ssrc) const;
  const StreamKey& last() const { return keys_[0]; }
  bool empty() const { return count_ == 0; }

 private:
  /** The one heard last is the first. */
  StreamKey keys_[2];
  uint8_t count_ = 0;
};

/** What is known of a source that does not hold the leg. */
struct LatchCandidate {
  Endpoint source;
  /** Its streams. */
  StreamKeys keys;
  /**
   * It held the leg before and may come back: `former_holder` or `former_path`, the later the greater; 0 = it did not.
   * It had been found then.
   */
  uint32_t former : 30 = 0;
  bool former_found : 1 = false;
  /** The holder was heard after it. */
  bool beside : 1 = false;
  /** Packets in a row that go on from the holder. */
  uint8_t near = 0;
  /** Packets less than 0.2 s behind the one before, less than a second, and packets since the holder was heard. */
  uint8_t burst = 0;
  uint8_t run = 0;
  uint8_t alone = 0;
  /** Monotonic ns of the first packets of these, and of the last packet. */
  int64_t run_since_ns = 0;
  int64_t alone_since_ns = 0;
  int64_t last_ns = 0;
};

/** The how many-th holder it was; or another path of that one's stream. */
inline uint32_t former_holder(uint32_t tenure) { return 2 * tenure; }
inline uint32_t former_path(uint32_t tenure) { return 2 * tenure + 1; }

/** It was never the holder itself. */
inline bool was_path(const LatchCandidate& it) { return it.former % 2 != 0; }

/** Few, for the sake of memory; more than one, so that a stranger does not take the party's place. */
using LatchCandidates = std::array<LatchCandidate, 4>;

/** One packet, as far as latching is concerned. */
struct Arrival {
  const Endpoint& source;
  /** Null for anything but RTP. */
  const RtpView* rtp;
  int64_t now_ns;
};

/** Who was heard at `heard_ns` was sending beside the candidate: what crosses on the way does not count. */
bool overlap(const LatchCandidate& candidate, int64_t heard_ns);

/** Counts one more packet of the candidate. `holder_heard_ns`: when the holder was heard last. */
void count_packet(LatchCandidate* candidate, const Arrival& packet, int64_t holder_heard_ns, bool near);

/** Adds one up to 250. */
inline void saturate(uint8_t* count) {
  if (*count < 250) ++*count;
}

}  // namespace rtpp
