// Packets on their way to modules. Each operation is a byte with what to do, and its arguments:
//   0 RTP  leg, payload type, length (2 bytes)    2 drain  limit; 6 also lets a second pass
//   1 RTCP leg, length (2 bytes)                  3 which payload types of a leg are watched, and which are hidden
#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <vector>

#include "engine/session.h"
#include "engine/watch.h"
#include "fuzz.h"

using namespace rtpp;

namespace {

/** What must come out. */
struct Waiting {
  uint32_t number;
  uint32_t size;
  uint8_t leg;
  bool rtcp;
};

/** The streams of a session, and everything that is shown and not taken yet. */
class Rig {
 public:
  Rig() {
    MUST(watch_.open() == 0);
    session_.id = SessionId{7};
    for (uint8_t i = 0; i < 2; ++i) {
      Leg& leg = session_.legs[i];
      leg.rtcp.rtcp = true;
      for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
        stream->session = &session_;
        stream->leg = i;
      }
    }
  }

  void look_at(uint8_t leg, uint8_t watched, uint8_t hidden) {
    WatchedPayloads payloads;
    payloads.watched.add(watched & 0x7f);
    if (hidden < 128) payloads.hidden.add(hidden);
    reserve_[leg].payloads = payloads_[leg] = payloads;
    session_.legs[leg].rtp.watched = true;
  }

  void receive(uint8_t leg, bool rtcp, uint8_t type, uint32_t size) {
    Stream& stream = rtcp ? session_.legs[leg].rtcp : session_.legs[leg].rtp;
    watch_.watch_rtcp(true);
    // RTP of a leg that nobody has asked for is not even looked at.
    if (!watch_.concerns(stream)) {
      MUST(!rtcp && !stream.watched);
      return;
    }
    ++number_;
    fill(size);
    const TappedPacket packet{bytes_.get(), size,          {},
                              {},           number_ * 1.0, rtcp || type > 127 ? TappedPacket::kNoPayloadType : type};
    const uint64_t lost = counters_.watched_lost.get();
    const bool goes_on = watch_.packet(&stream, packet);
    const bool rtp_type = !rtcp && type < 128;
    MUST(goes_on == !(rtp_type && payloads_[leg].hidden.has(type)));
    if (!rtcp && !(rtp_type && payloads_[leg].watched.has(type))) return;
    uint32_t& spent = spent_[leg][rtcp ? 1 : 0];
    const bool left = spent < WatchBudget::kPerSecond;
    if (left) spent += std::max(1u, (size + WatchBudget::kPacketBytes - 1) / WatchBudget::kPacketBytes);
    if (counters_.watched_lost.get() == lost) {
      MUST(left);
      waiting_.push_back({number_, size, leg, rtcp});
    } else {
      // An empty ring has room for every packet.
      MUST(!left || !waiting_.empty());
    }
  }

  void second() {
    for (int leg = 0; leg < 2; ++leg) {
      session_.legs[leg].rtp.watch.refill();
      session_.legs[leg].rtcp.watch.refill();
      spent_[leg][0] = spent_[leg][1] = 0;
    }
  }

  void drain(size_t limit) {
    size_t used = 0;
    const size_t count = watch_.drain(room_, limit, &used);
    MUST(count <= limit && used <= room_.size());
    MUST(count > 0 || waiting_.empty() || limit == 0);
    size_t at = 0;
    for (size_t i = 0; i < count; ++i) {
      WatchedPacket record;
      std::memcpy(&record, &room_[at], sizeof record);
      MUST(!waiting_.empty());
      const Waiting expected = waiting_.front();
      waiting_.pop_front();
      MUST(record.session == 7 && record.size == expected.size && record.leg == expected.leg);
      MUST((record.rtcp != 0) == expected.rtcp && record.arrived_at == expected.number);
      const uint8_t* data = &room_[at + sizeof record];
      MUST(std::all_of(data, data + record.size, [&](uint8_t byte) { return byte == (expected.number & 0xff); }));
      at += (sizeof record + record.size + 7) / 8 * 8;
    }
    MUST(watch_.empty() == waiting_.empty());
    MUST(!waiting_.empty() || watch_.drained(watch_.end()));
  }

  void drain_all() {
    while (!waiting_.empty()) drain(1000);
    MUST(watch_.empty());
  }

 private:
  void fill(uint32_t size) {
    bytes_ = std::make_unique<uint8_t[]>(size);
    std::memset(bytes_.get(), static_cast<int>(number_ & 0xff), size);
  }

  WorkerCounters counters_;
  Watch watch_{&counters_};
  SessionReserve reserve_{};
  Session session_{&reserve_};
  WatchedPayloads payloads_[2];
  /** Of the share of each leg's RTP and RTCP. */
  uint32_t spent_[2][2] = {};
  std::unique_ptr<uint8_t[]> bytes_;
  uint32_t number_ = 0;
  std::deque<Waiting> waiting_;
  std::vector<uint8_t> room_ = std::vector<uint8_t>(3 * Watch::kLongest);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Rig rig;
  fuzz::Input in(data, size);
  while (!in.empty()) {
    const uint8_t what = in.u8();
    if (what % 4 == 2) {
      rig.drain(in.u8());
      if ((what & 4) != 0) rig.second();
      continue;
    }
    const uint8_t leg = in.u8() & 1;
    if (what % 4 == 3) {
      const uint8_t watched = in.u8();
      rig.look_at(leg, watched, in.u8());
      continue;
    }
    const bool rtcp = what % 4 == 1;
    const uint8_t type = rtcp ? 0 : in.u8();
    rig.receive(leg, rtcp, type, in.u16() % (kMaxDatagram + 1));
  }
  rig.drain_all();
  return 0;
}
