#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace rtpp {

/** An encoded announcement: frames of one codec, without any header. Never changes; shared by all who play it. */
struct Prompt {
  Prompt(const uint8_t* bytes, size_t length);

  const std::unique_ptr<uint8_t[]> data;
  const size_t size;
};

/** How a prompt becomes RTP (media.md 7.3). */
struct PlaySpec {
  uint8_t payload_type = 0;
  /** Whole frames, at most Player::kMaxPayload bytes. */
  uint32_t packet_bytes = 0;
  uint32_t packet_ms = 0;
  /** How often; negative: for ever. */
  int32_t count = 1;
  uint32_t ssrc = 0;
  /** Timestamp and sequence number of the first packet. */
  uint32_t ts = 0;
  uint16_t seq = 0;
};

/**
 * Cuts a prompt into RTP packets and says when each is due. A remainder shorter than a packet is dropped, and
 * repetitions go on with the sequence number and timestamp. Knows no clock and no socket.
 */
class Player {
 public:
  static constexpr uint32_t kHeader = 12;
  static constexpr uint32_t kMaxPayload = 8192 - kHeader;

  Player(std::shared_ptr<const Prompt> prompt, const PlaySpec& spec) : prompt_(std::move(prompt)), spec_(spec) {}

  /** The first packet is due now, the others follow from that. */
  void start(int64_t now_ns) { due_ns_ = now_ns; }
  /** When the next packet is due, or the end comes if there is none; monotonic ns. */
  int64_t due_ns() const { return due_ns_; }
  /** Writes the packet that is due to `out`, which has room for kHeader + packet_bytes, and returns its length; 0:
   * over. */
  uint32_t next(uint8_t* out);

 private:
  friend class PlayerQueue;

  /** Whether there is another packet, if need be at the start of the prompt. */
  bool advance();

  const std::shared_ptr<const Prompt> prompt_;
  /** Its `count`, `ts` and `seq` go on with the packets. */
  PlaySpec spec_;
  size_t offset_ = 0;
  int64_t due_ns_ = 0;
  bool marker_ = true;

  // Links of the PlayerQueue. `previous_` of a first child is its parent.
  Player* child_ = nullptr;
  Player* sibling_ = nullptr;
  Player* previous_ = nullptr;
  bool queued_ = false;
};

}  // namespace rtpp
