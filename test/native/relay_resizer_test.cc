#include <vector>

#include "check.h"
#include "engine/relay.h"
#include "resizer_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr size_t kHeader = 12;

/** Keeps what is sent, as it is at the moment of sending. */
class SentPackets : public PacketIo {
 public:
  int attach(MediaPort*) override { return 0; }
  Fd close(MediaPort*) override { return Fd(); }
  void set_tos(MediaPort*, uint8_t) override {}
  void receive(RxBatch*, int64_t) override {}
  void send(TxBatch* batch) override {
    for (size_t i = 0; i < batch->count; ++i) {
      const TxPacket& packet = batch->packets[i];
      sent.push_back(Bytes(packet.data, packet.data + packet.len));
    }
    batch->count = 0;
    ++flushes;
  }
  void pause(int64_t) override {}
  void wake() override {}

  std::vector<Bytes> sent;
  int flushes = 0;
};

Endpoint address(uint16_t port) {
  Endpoint endpoint;
  endpoint.family = 4;
  endpoint.ip[0] = 127;
  endpoint.port = port;
  return endpoint;
}

/** A complete session whose caller's packets are resized. Its descriptors are numbers that nothing opens. */
struct Call {
  explicit Call(uint32_t ptime, const RelayOptions& options = {})
      : relay(options, &counters, &reporter, &taps, &forks, &playout, &admission, &io) {
    session.complete = true;
    for (uint8_t i = 0; i < 2; ++i) {
      Leg& leg = session.legs[i];
      leg.ttl = 5;
      leg.full_ttl = 60;
      leg.rtcp.rtcp = true;
      for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
        stream->session = &session;
        stream->leg = i;
        stream->port.owner = stream;
        stream->port.fd = 100 + i;
        latch_signal(&stream->latch, address(static_cast<uint16_t>(4000 + i)), 0);
      }
    }
    resizer->set_ptime(ptime);
    session.legs[1].resizer = resizer.get();
  }

  /** The party of a leg sends a packet; nothing is flushed. */
  void receive(int leg, const Bytes& packet, bool rtcp = false) {
    data.push_back(packet);
    Stream& stream = rtcp ? session.legs[leg].rtcp : session.legs[leg].rtp;
    RxPacket received{};
    received.data = data.back().data();
    received.len = static_cast<uint32_t>(packet.size());
    received.source = stream.latch.remote;
    received.port = &stream.port;
    relay.process(received, now, 1.7e9, &out);
    now += 20'000'000;
  }

  void flush() {
    relay.flush(&out);
    data.clear();
  }

  SentPackets io;
  WorkerCounters counters;
  EventRing ring;
  Reporter reporter{&ring, false};
  Admission admission{&counters, &reporter};
  Taps taps{&io, &admission};
  Forks forks{&io, false, &taps, &admission};
  Playout playout{&io, false, &counters.packets_played, &admission};
  Relay relay;
  SessionReserve reserve;
  Session session{&reserve};
  std::unique_ptr<Resizer> resizer = std::make_unique<Resizer>();
  TxBatch out;
  std::vector<Bytes> data;
  int64_t now = 1'000'000'000;
};

Bytes pcmu(uint16_t seq, uint32_t ts, const Bytes& payload) { return rtp_packet({.seq = seq, .ts = ts}, payload); }

Bytes pcmu(uint16_t seq) { return pcmu(seq, 160u * seq, Bytes(160, static_cast<uint8_t>(seq))); }

}  // namespace

TEST(a_packet_counts_as_relayed_and_restarts_the_timer_when_it_comes_out) {
  Call call(40);
  const Leg& caller = call.session.legs[1];
  call.receive(1, pcmu(0));
  CHECK_EQ(caller.rtp.counters.in, 1u);
  CHECK_EQ(caller.rtp.counters.relayed, 0u);
  CHECK_EQ(call.session.legs[0].ttl, 5);
  call.receive(1, pcmu(1));
  CHECK_EQ(caller.rtp.counters.in, 2u);
  CHECK_EQ(caller.rtp.counters.relayed, 1u);
  CHECK_EQ(call.session.legs[0].ttl, 60);
  CHECK_EQ(call.counters.packets_received.get(), 2u);
  call.relay.flush(&call.out);
  CHECK_EQ(call.counters.packets_relayed.get(), 1u);
  CHECK_EQ(call.counters.packets_discarded.get(), 0u);
  CHECK_EQ(call.counters.resizer_in.get(), 2u);
  CHECK_EQ(call.counters.resizer_out.get(), 1u);
  call.flush();
  CHECK_EQ(call.io.sent.size(), 1u);
  CHECK_EQ(call.io.sent[0].size(), kHeader + 320);
}

TEST(the_other_direction_and_rtcp_are_left_alone) {
  Call call(40);
  call.receive(0, pcmu(0));
  call.receive(1, pcmu(0), true);
  call.flush();
  CHECK_EQ(call.io.sent.size(), 2u);
  CHECK(call.io.sent[0] == pcmu(0));
  CHECK(call.io.sent[1] == pcmu(0));
  CHECK_EQ(call.counters.resizer_in.get(), 0u);
}

TEST(what_comes_out_is_dropped_while_a_prompt_is_played) {
  Call call(40);
  LegPlayer player(nullptr, PlaySpec{}, 0);
  call.session.legs[0].player = &player;
  call.receive(1, pcmu(0));
  CHECK_EQ(call.session.legs[1].rtp.counters.dropped, 0u);
  call.receive(1, pcmu(1));
  CHECK_EQ(call.session.legs[1].rtp.counters.dropped, 1u);
  CHECK_EQ(call.counters.packets_discarded.get(), 1u);
  CHECK_EQ(call.session.legs[0].ttl, 5);
  call.flush();
  CHECK_EQ(call.io.sent.size(), 0u);
}

TEST(discarded_packets_count_there_alone) {
  Call call(20);
  call.receive(1, pcmu(5));
  call.receive(1, pcmu(4));
  CHECK_EQ(call.counters.resizer_discarded.get(), 1u);
  CHECK_EQ(call.counters.resizer_in.get(), 2u);
  CHECK_EQ(call.counters.packets_discarded.get(), 0u);
}

// One packet of more than a second becomes 103 of 10 ms, each of which `-2` sends twice: more than a batch holds.
TEST(a_full_batch_is_sent_in_the_middle) {
  Call call(10, {.duplicate_small = true});
  Bytes payload(Resizer::kMaxPacket - kHeader);
  for (size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<uint8_t>(i * 7 / 3);
  for (uint16_t i = 0; i < 3; ++i) {
    call.receive(1, pcmu(i, static_cast<uint32_t>(i * payload.size()), payload));
    call.receive(0, pcmu(i));
  }
  CHECK(call.io.flushes >= 4);
  call.flush();
  Bytes heard;
  size_t others = 0;
  for (size_t i = 0; i < call.io.sent.size(); ++i) {
    const Bytes& packet = call.io.sent[i];
    if (packet.size() == kHeader + 160) {
      ++others;
      continue;
    }
    CHECK(packet == call.io.sent[i + 1]);
    heard.insert(heard.end(), packet.begin() + kHeader, packet.end());
    ++i;
  }
  CHECK_EQ(others, 3u);
  CHECK_EQ(heard.size(), 3 * payload.size() / 80 * 80);
  for (size_t i = 0; i < heard.size(); ++i) CHECK_EQ(heard[i], payload[i % payload.size()]);
}

// Packets of a second each fill the memory for resized packets long before they fill a batch.
TEST(packets_stay_as_they_are_until_they_are_sent) {
  Call call(999);
  constexpr uint16_t kPackets = 4 * kBatch;
  for (uint16_t i = 0; i < kPackets; ++i) {
    call.receive(1, pcmu(i, 8000u * i, Bytes(8000, static_cast<uint8_t>(i))));
  }
  CHECK(call.io.flushes > 0);
  call.flush();
  CHECK_EQ(call.io.sent.size(), kPackets);
  for (uint16_t i = 0; i < kPackets; ++i)
    CHECK(call.io.sent[i] == pcmu(i, 8000u * i, Bytes(8000, static_cast<uint8_t>(i))));
}
