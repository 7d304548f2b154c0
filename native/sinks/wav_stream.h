#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "codec/g722.h"
#include "codec/l16.h"
#include "rtp/packet.h"
#include "sinks/wav_window.h"

namespace rtpp {

/** True when sound can be made of a payload type: PCMU, PCMA, G.722, and L16 of one or two channels. */
bool wav_decodes(uint8_t payload_type);

/**
 * One SSRC of a channel: puts its packets in order, decodes them, and says where in the file they are heard.
 *
 * Order: a packet waits for those before it, until eight wait or one has waited for 100 ms. What comes later than that
 * is left out, and so is what came already.
 *
 * Place: the first packet is heard when it came. The others follow by their time stamps, so that jitter is not heard,
 * as long as these agree with the clock. A stream that is 200 ms late for a second, or a second at once, goes on
 * where the clock is, behind silence. One that is early (its first packet was late, or its clock is a fast one) is
 * taken back at the next pause. What would lie more than a second ahead is left out: a stream makes no more sound
 * than time has passed, whatever it sends.
 */
class WavStream {
 public:
  WavStream(uint32_t ssrc, size_t channel) : ssrc_(ssrc), channel_(channel) {}

  uint32_t ssrc() const { return ssrc_; }
  /** When its latest packet came, in frames. */
  int64_t heard() const { return heard_; }
  /** True while packets wait for those before them. */
  bool waiting() const { return !waiting_.empty(); }

  /**
   * A packet that came at frame `arrived`. One of a payload type that is not decoded keeps its place in the order.
   * False: the file has all that it may have.
   */
  bool push(const RtpView& rtp, std::span<const uint8_t> payload, int64_t arrived, WavWindow* window);
  /** Waits no longer for what is missing. */
  bool settle(WavWindow* window);

 private:
  struct Packet {
    RtpView rtp;
    int64_t arrived;
    std::vector<uint8_t> payload;
  };

  void wait(const RtpView& rtp, std::span<const uint8_t> payload, int64_t arrived);
  bool play_next(WavWindow* window);
  bool play(const RtpView& rtp, std::span<const uint8_t> payload, int64_t arrived, WavWindow* window);
  std::span<const int16_t> decode(uint8_t payload_type, std::span<const uint8_t> payload);
  int64_t place(const RtpView& rtp, int64_t arrived);
  int64_t anchor(int64_t at, uint32_t ts);

  const uint32_t ssrc_;
  const size_t channel_;
  int64_t heard_ = 0;

  // Order.
  bool begun_ = false;
  uint16_t next_seq_ = 0;
  /** By sequence number. */
  std::vector<Packet> waiting_;

  // Place, in frames.
  /** Behind its last sound. */
  int64_t end_ = 0;
  /** Where the sound of the time stamp `anchor_ts_` is; 0 Hz: nowhere yet. */
  int64_t anchor_ = 0;
  uint32_t anchor_ts_ = 0;
  int64_t rate_ = 0;
  /** Since when it has been late; INT64_MIN: it is not. */
  int64_t late_since_ = INT64_MIN;

  G722Decoder g722_;
  /** Made when it is needed. */
  std::unique_ptr<L16Decoder> l16_;
  std::vector<int16_t> sound_;
};

}  // namespace rtpp
