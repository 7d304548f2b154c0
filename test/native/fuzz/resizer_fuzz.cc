// The re-packetiser. The input is the wanted length and a list of steps: a packet of a talker whose audio shows by
// itself where it belongs, a packet as it stands in the input, another length, a new start.
#include <algorithm>
#include <memory>
#include <optional>

#include "../resizer_speech.h"
#include "fuzz.h"
#include "rtp/resizer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr uint8_t kTypes[] = {0, 8, 9, 3, 18, 4, 13, 101};

enum Step : uint8_t { kRaw = 5, kLength = 6, kClear = 7 };

class Target {
 public:
  explicit Target(fuzz::Input* in) : in_(*in) { set_length(); }

  void run() {
    for (int step = 0; step < 1000 && !in_.empty(); ++step) {
      const uint8_t kind = in_.u8();
      switch (kind & 7) {
        case kLength:
          set_length();
          break;
        case kClear:
          clear();
          break;
        case kRaw:
          receive_raw();
          break;
        default:
          receive_speech(kind >> 3);
      }
    }
    clear();
  }

 private:
  void set_length() {
    const uint32_t ms = 1 + in_.u16() % 999;
    resizer_->set_ptime(ms);
    length_ = 8 * ms;
  }

  void clear() {
    const uint32_t left = resizer_->clear();
    MUST(left <= ResizerQueue::kPackets);
    // What was taken has been given up, lies in the queue, or went out.
    MUST(discarded_ + left <= taken_);
    taken_ = discarded_ = 0;
    ticks_in_ = ticks_out_ = 0;
    before_.reset();
    drain();
  }

  /** A packet that continues the stream, or jumps by some ticks; `look` chooses what is in its header. */
  void receive_speech(uint8_t look) {
    const uint8_t type = in_.u8();
    const uint32_t ticks = in_.u16();
    ts_ += static_cast<uint32_t>(static_cast<int16_t>(in_.u16()));
    now_ns_ += in_.u8() * int64_t{1'000'000};
    const uint8_t pt = kTypes[type & 7];
    Audio audio = speech(pt, ts_, ticks % 9000);
    // A frame cut short is a silence descriptor.
    if (pt == 18 && (type & 8) != 0 && !audio.bytes.empty()) audio.bytes.resize(audio.bytes.size() - 1 - type % 9);
    Bytes packet = rtp_packet({pt, seq_++, ts_, uint32_t{1} + (type >> 6), (type & 16) != 0}, audio.bytes);
    ts_ += audio.ticks;
    if ((look & 1) != 0) {
      Bytes extension(4 + 4 * (look * 5u), 0xee);
      extension[2] = 0;
      extension[3] = static_cast<uint8_t>(look * 5);
      packet.insert(packet.begin() + 12, extension.begin(), extension.end());
      packet[0] |= 0x10;
    }
    if ((look & 2) != 0) {
      packet.insert(packet.begin() + 12, 4u * (look >> 1), 0xcc);
      packet[0] |= look >> 1;
    }
    if ((look & 4) != 0) {
      packet.insert(packet.end(), 1u + look, 0xaa);
      packet.back() = static_cast<uint8_t>(1 + look);
      packet[0] |= 0x20;
    }
    receive(packet, true);
  }

  void receive_raw() {
    now_ns_ += in_.u8() * int64_t{1'000'000};
    size_t len = in_.u16() % (Resizer::kMaxPacket + 1);
    const uint8_t* bytes = in_.bytes(&len);
    receive({bytes, bytes + len}, false);
  }

  void receive(const Bytes& packet, bool speech) {
    // The relay reads no more than this, so nothing longer reaches the resizer.
    if (packet.size() > Resizer::kMaxPacket) return;
    RtpView view;
    if (parse_rtp(packet.data(), packet.size(), &view)) {
      PacketOrigin origin;
      origin.wall = static_cast<double>(++number_);
      const Intake intake = resizer_->push(packet.data(), view, origin, now_ns_);
      MUST(intake.taken || intake.discarded == 0);
      MUST(intake.discarded <= ResizerQueue::kPackets);
      discarded_ += intake.discarded;
      if (intake.taken) {
        ++taken_;
        spoken_ = spoken_ && speech;
        const uint32_t ticks = ticks_in(packet);
        MUST(ticks > 0 && ticks <= Resizer::kMaxTicks);
        ticks_in_ += ticks;
      } else {
        view.seq = intake.seq;
        before_ = view;
      }
    }
    drain();
  }

  void drain() {
    // In memory of exactly the size that it may use.
    const auto room = std::make_unique<uint8_t[]>(Resizer::kMaxPacket);
    PacketOrigin origin;
    uint64_t packets = 0;
    while (const uint32_t len = resizer_->pop(now_ns_, room.get(), &origin)) {
      MUST(len <= Resizer::kMaxPacket);
      // Each packet holds a byte at least, and the queue no more than this.
      MUST(++packets <= ResizerQueue::kBytes);
      const Bytes packet(room.get(), room.get() + len);
      RtpView view;
      MUST(parse_rtp(packet.data(), packet.size(), &view));
      MUST((packet[0] & 0x20) == 0 && view.header_len <= Resizer::kMaxHeader);
      MUST(ticks_in(packet) > 0);
      MUST(!spoken_ || sound(packet));
      MUST(origin.wall >= 1 && origin.wall <= static_cast<double>(number_));
      MUST(!before_ || before_->ssrc != view.ssrc || static_cast<int16_t>(view.seq - before_->seq) > 0);
      before_ = view;
      ticks_out_ += ticks_in(packet);
      // Never more audio than was received.
      MUST(ticks_out_ <= ticks_in_);
    }
    // As soon as there is a whole packet it goes out.
    MUST(discarded_ > 0 || ticks_in_ - ticks_out_ < length_);
  }

  fuzz::Input& in_;
  const std::unique_ptr<Resizer> resizer_ = std::make_unique<Resizer>();
  int64_t now_ns_ = 5'000'000'000'000;
  uint32_t ts_ = 0xfffff000;
  uint16_t seq_ = 0xfff0;
  /** Nothing but speech was taken. */
  bool spoken_ = true;
  uint64_t number_ = 0;
  uint64_t taken_ = 0;
  uint64_t discarded_ = 0;
  uint64_t ticks_in_ = 0;
  uint64_t ticks_out_ = 0;
  /** The packet that left before, with the number that it left with. */
  std::optional<RtpView> before_;
  /** Ticks of a packet that is to go out. */
  uint32_t length_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  fuzz::Input in(data, size);
  Target(&in).run();
  return 0;
}
