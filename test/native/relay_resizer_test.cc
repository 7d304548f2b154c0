#include <vector>

#include "check.h"
#include "relay_rig.h"
#include "resizer_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr size_t kHeader = 12;

/** A call whose caller's packets are resized. */
struct ResizedCall : Call {
  explicit ResizedCall(uint32_t ptime, const RelayOptions& options = {}) : Call(options) {
    name_peers();
    resizer->set_ptime(ptime);
    session.legs[1].resizer = resizer.get();
  }

  /** The party of a leg sends a packet; nothing is flushed. */
  void receive(int leg, const Bytes& packet, bool rtcp = false) {
    packets.push_back(packet);
    Stream& stream = rtcp ? session.legs[leg].rtcp : session.legs[leg].rtp;
    relay_packet(&stream, stream.latch.remote, &packets.back());
    now += 20'000'000;
  }

  void flush() {
    relay.flush(&out);
    packets.clear();
  }

  std::unique_ptr<Resizer> resizer = std::make_unique<Resizer>();
  /** Until they are flushed. */
  std::vector<Bytes> packets;
};

Bytes pcmu(uint16_t seq, uint32_t ts, const Bytes& payload) { return rtp_packet({.seq = seq, .ts = ts}, payload); }

Bytes pcmu(uint16_t seq) { return pcmu(seq, 160u * seq, Bytes(160, static_cast<uint8_t>(seq))); }

}  // namespace

TEST(a_packet_counts_as_relayed_and_restarts_the_timer_when_it_comes_out) {
  ResizedCall call(40);
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
  CHECK_EQ(call.io.sent().size(), 1u);
  CHECK_EQ(call.io.sent()[0].bytes.size(), kHeader + 320);
}

TEST(the_other_direction_and_rtcp_are_left_alone) {
  ResizedCall call(40);
  call.receive(0, pcmu(0));
  call.receive(1, pcmu(0), true);
  call.flush();
  CHECK_EQ(call.io.sent().size(), 2u);
  CHECK(call.io.sent()[0].bytes == pcmu(0));
  CHECK(call.io.sent()[1].bytes == pcmu(0));
  CHECK_EQ(call.counters.resizer_in.get(), 0u);
}

TEST(what_comes_out_is_dropped_while_a_prompt_is_played) {
  ResizedCall call(40);
  LegPlayer player(nullptr, PlaySpec{}, 0);
  call.session.legs[0].player = &player;
  call.receive(1, pcmu(0));
  CHECK_EQ(call.session.legs[1].rtp.counters.dropped, 0u);
  call.receive(1, pcmu(1));
  CHECK_EQ(call.session.legs[1].rtp.counters.dropped, 1u);
  CHECK_EQ(call.counters.packets_discarded.get(), 1u);
  CHECK_EQ(call.session.legs[0].ttl, 5);
  call.flush();
  CHECK_EQ(call.io.sent().size(), 0u);
}

TEST(discarded_packets_count_there_alone) {
  ResizedCall call(20);
  call.receive(1, pcmu(5));
  call.receive(1, pcmu(4));
  CHECK_EQ(call.counters.resizer_discarded.get(), 1u);
  CHECK_EQ(call.counters.resizer_in.get(), 2u);
  CHECK_EQ(call.counters.packets_discarded.get(), 0u);
}

// One packet of more than a second becomes 103 of 10 ms, each of which `-2` sends twice: more than a batch holds.
TEST(a_full_batch_is_sent_in_the_middle) {
  ResizedCall call(10, {.duplicate_small = true});
  Bytes payload(Resizer::kMaxPacket - kHeader);
  for (size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<uint8_t>(i * 7 / 3);
  for (uint16_t i = 0; i < 3; ++i) {
    call.receive(1, pcmu(i, static_cast<uint32_t>(i * payload.size()), payload));
    call.receive(0, pcmu(i));
  }
  CHECK(call.io.flushes() >= 4);
  call.flush();
  Bytes heard;
  size_t others = 0;
  const auto sent = call.io.sent();
  for (size_t i = 0; i < sent.size(); ++i) {
    const Bytes& packet = sent[i].bytes;
    if (packet.size() == kHeader + 160) {
      ++others;
      continue;
    }
    CHECK(packet == sent[i + 1].bytes);
    heard.insert(heard.end(), packet.begin() + kHeader, packet.end());
    ++i;
  }
  CHECK_EQ(others, 3u);
  CHECK_EQ(heard.size(), 3 * payload.size() / 80 * 80);
  for (size_t i = 0; i < heard.size(); ++i) CHECK_EQ(heard[i], payload[i % payload.size()]);
}

// Packets of a second each fill the memory for resized packets long before they fill a batch.
TEST(packets_stay_as_they_are_until_they_are_sent) {
  ResizedCall call(999);
  constexpr uint16_t kPackets = 4 * kBatch;
  for (uint16_t i = 0; i < kPackets; ++i) {
    call.receive(1, pcmu(i, 8000u * i, Bytes(8000, static_cast<uint8_t>(i))));
  }
  CHECK(call.io.flushes() > 0);
  call.flush();
  const auto sent = call.io.sent();
  CHECK_EQ(sent.size(), kPackets);
  for (uint16_t i = 0; i < kPackets; ++i)
    CHECK(sent[i].bytes == pcmu(i, 8000u * i, Bytes(8000, static_cast<uint8_t>(i))));
}
