#include <vector>

#include "check.h"
#include "relay_rig.h"
#include "resizer_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

struct Seen {
  WatchedPacket record;
  Bytes data;
};

/** A call whose parties are known, and what modules see of it. */
struct WatchedCall : Call {
  explicit WatchedCall(const RelayOptions& options = {}) : Call(options) {
    name_peers();
    CHECK_EQ(watch.open(), 0);
  }

  /** Of RTP received on a leg. */
  void look_at(int leg, const std::vector<uint8_t>& watched, const std::vector<uint8_t>& hidden = {}) {
    WatchedPayloads payloads;
    for (const uint8_t type : watched) payloads.watched.add(type);
    for (const uint8_t type : hidden) payloads.hidden.add(type);
    reserve[static_cast<size_t>(leg)].payloads = payloads;
    session.legs[leg].rtp.watched = true;
  }

  void send(int leg, uint8_t type, uint16_t seq) {
    Bytes bytes = rtp_bytes(seq);
    bytes[1] = type;
    Stream& stream = session.legs[leg].rtp;
    receive(&stream, stream.latch.remote, bytes);
  }

  std::vector<Seen> seen() {
    std::vector<Seen> all;
    Bytes room(4 * Watch::kLongest);
    for (;;) {
      size_t used = 0;
      const size_t count = watch.drain(room, 1000, &used);
      if (count == 0) return all;
      size_t at = 0;
      for (size_t i = 0; i < count; ++i) {
        Seen next;
        std::memcpy(&next.record, &room[at], sizeof next.record);
        const uint8_t* data = &room[at + sizeof next.record];
        next.data.assign(data, data + next.record.size);
        all.push_back(next);
        at += (sizeof next.record + next.record.size + 7) / 8 * 8;
      }
      CHECK_EQ(at, used);
    }
  }
};

}  // namespace

TEST(without_being_asked_nothing_is_watched) {
  WatchedCall call;
  call.send(1, 101, 1);
  call.receive(&call.session.legs[1].rtcp, rtcp_of(kCaller), Bytes(8, 0x81));
  CHECK_EQ(call.out.count, 2u);
  CHECK(call.watch.empty());
  CHECK_EQ(call.counters.packets_watched.get(), 0u);
}

TEST(a_payload_type_is_watched_on_its_leg) {
  WatchedCall call;
  call.look_at(1, {101});
  call.sent_to = endpoint("10.9.9.9", 0);
  call.send(1, 101, 1);
  call.send(1, 100, 2);
  call.send(0, 101, 3);
  CHECK_EQ(call.out.count, 3u);
  const std::vector<Seen> seen = call.seen();
  CHECK_EQ(seen.size(), 1u);
  const WatchedPacket& record = seen[0].record;
  CHECK_EQ(record.session, 42.0);
  CHECK_EQ(record.leg, 1);
  CHECK_EQ(record.rtcp, 0);
  CHECK_EQ(record.arrived_at, 1'700'000'001.0);
  CHECK_EQ(record.source_family, 4);
  CHECK_EQ(record.source_port, 5000);
  CHECK_EQ(record.source_ip[3], 2);
  CHECK_EQ(seen[0].data[3], 1);
  CHECK_EQ(call.counters.packets_watched.get(), 1u);
}

TEST(what_is_hidden_is_dropped_and_shows_that_the_call_is_alive) {
  WatchedCall call;
  call.look_at(1, {101}, {101, 102});
  call.send(1, 101, 1);
  call.send(1, 102, 2);
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(call.seen().size(), 1u);
  CHECK_EQ(call.caller.counters.in, 2u);
  CHECK_EQ(call.caller.counters.dropped, 2u);
  CHECK_EQ(call.caller.counters.relayed, 0u);
  CHECK_EQ(call.counters.packets_discarded.get(), 2u);
  CHECK_EQ(call.session.legs[0].ttl, 60);
  call.send(1, 8, 3);
  CHECK_EQ(call.out.count, 1u);
}

TEST(rtcp_is_watched_as_a_whole) {
  WatchedCall call;
  call.watch.watch_rtcp(true);
  Bytes report(28, 0);
  report[0] = 0x80;
  report[1] = 200;
  call.receive(&call.session.legs[0].rtcp, rtcp_of(kCallee), report);
  // On the RTP port it is none, as in the C daemon.
  call.receive(&call.callee, kCallee, report);
  call.watch.watch_rtcp(false);
  call.receive(&call.session.legs[0].rtcp, rtcp_of(kCallee), report);
  const std::vector<Seen> seen = call.seen();
  CHECK_EQ(seen.size(), 1u);
  CHECK_EQ(seen[0].record.rtcp, 1);
  CHECK_EQ(seen[0].record.leg, 0);
  CHECK(seen[0].data == report);
  CHECK_EQ(call.out.count, 3u);
}

TEST(rtcp_on_the_rtp_port_is_no_payload_type) {
  WatchedCall call;
  call.look_at(1, {72, 73}, {72, 73});
  for (const uint8_t type : {uint8_t{200}, uint8_t{201}}) {
    Bytes report(28, 0);
    report[0] = 0x80;
    report[1] = type;
    call.receive(&call.caller, kCaller, report);
  }
  CHECK_EQ(call.out.count, 2u);
  CHECK(call.watch.empty());
}

TEST(strangers_and_packets_before_completion_are_not_watched) {
  WatchedCall call;
  call.look_at(1, {0});
  call.watch.watch_rtcp(true);
  call.send(1, 0, 1);
  CHECK_EQ(call.seen().size(), 1u);
  latch_signal(&call.caller.latch, kCaller, 0);
  call.send(1, 0, 2);
  call.receive(&call.caller, kStranger, rtp_bytes(9, 77));
  CHECK_EQ(call.seen().size(), 1u);
  call.session.complete = false;
  call.send(1, 0, 3);
  call.receive(&call.session.legs[1].rtcp, rtcp_of(kCaller), Bytes(8, 0x81));
  CHECK(call.watch.empty());
}

TEST(a_packet_without_a_way_out_is_watched) {
  WatchedCall call;
  call.look_at(1, {101});
  call.callee.latch = {};
  call.send(1, 101, 1);
  CHECK_EQ(call.out.count, 0u);
  CHECK_EQ(call.seen().size(), 1u);
  CHECK_EQ(call.caller.counters.dropped, 1u);
}

TEST(a_recording_has_what_is_hidden) {
  WatchedCall call;
  call.look_at(1, {101}, {101});
  const UdpPeer recorder("127.0.0.1");
  TapAddresses& addresses = *call.caller.tap.addresses;
  call.caller.tap.copy_fd = 77;
  addresses.copy_to = recorder.address();
  call.send(1, 101, 1);
  CHECK_EQ(call.out.count, 0u);
  call.relay.flush(&call.out);
  const auto sent = call.io.sent();
  CHECK_EQ(sent.size(), 1u);
  CHECK_EQ(sent[0].fd, 77);
}

TEST(events_beside_resized_audio_are_watched_and_hidden) {
  WatchedCall call;
  Resizer resizer;
  resizer.set_ptime(40);
  call.session.legs[1].resizer = &resizer;
  call.look_at(1, {101, 0}, {101});
  for (uint16_t i = 0; i < 4; ++i) {
    Bytes audio = rtp_packet({.seq = static_cast<uint16_t>(2 * i), .ts = 160u * i}, Bytes(160, 0xd5));
    call.receive(&call.caller, kCaller, audio);
    call.now += 20'000'000;
    Bytes event = rtp_packet({.seq = static_cast<uint16_t>(2 * i + 1), .ts = 0}, Bytes(4, 0));
    event[1] = 101;
    call.receive(&call.caller, kCaller, event);
  }
  size_t events = 0;
  size_t audio = 0;
  for (const Seen& seen : call.seen()) ++((seen.data[1] & 0x7f) == 101 ? events : audio);
  CHECK_EQ(events, 4u);
  CHECK_EQ(audio, 2u);
  CHECK_EQ(call.out.count, 2u);
}

TEST(a_full_ring_refuses_and_counts_and_packets_are_relayed_all_the_same) {
  WatchedCall call;
  call.look_at(1, {0});
  Bytes bytes = rtp_bytes(1, 0x1234, 8000);
  uint64_t sent = 0;
  while (call.counters.watched_lost.get() < 3) {
    call.caller.watch.refill();
    call.relay_packet(&call.caller, kCaller, &bytes);
    call.relay.flush(&call.out);
    ++sent;
  }
  CHECK_EQ(call.counters.packets_watched.get() + 3, sent);
  CHECK_EQ(call.caller.counters.relayed, sent);
  const uint64_t end = call.watch.end();
  CHECK(!call.watch.drained(end));
  const std::vector<Seen> seen = call.seen();
  CHECK_EQ(seen.size(), call.counters.packets_watched.get());
  for (const Seen& each : seen) CHECK(each.data == bytes);
  CHECK(call.watch.drained(end));
  CHECK(call.watch.empty());
  call.relay_packet(&call.caller, kCaller, &bytes);
  CHECK_EQ(call.seen().size(), 1u);
}

TEST(no_stream_has_more_than_its_share) {
  WatchedCall call;
  call.look_at(1, {101}, {101});
  call.look_at(0, {101});
  call.watch.watch_rtcp(true);
  for (uint16_t i = 0; i < 1000; ++i) {
    call.send(1, 101, i);
    call.relay.flush(&call.out);
  }
  CHECK_EQ(call.counters.packets_watched.get(), 200u);
  CHECK_EQ(call.counters.watched_lost.get(), 800u);
  // What is hidden stays hidden, shown or not.
  CHECK_EQ(call.caller.counters.dropped, 1000u);
  // The other party, and its own RTCP.
  call.send(0, 101, 1);
  call.relay.flush(&call.out);
  for (int i = 0; i < 300; ++i) {
    call.receive(&call.session.legs[1].rtcp, rtcp_of(kCaller), Bytes(8, 0x81));
    call.relay.flush(&call.out);
  }
  CHECK_EQ(call.counters.packets_watched.get(), 401u);
  CHECK_EQ(call.session.legs[1].rtcp.counters.relayed, 300u);
  CHECK_EQ(call.seen().size(), 401u);
  // A second later.
  call.caller.watch.refill();
  call.send(1, 101, 1001);
  CHECK_EQ(call.seen().size(), 1u);
}

TEST(what_nobody_looks_at_takes_nothing_of_the_share) {
  WatchedCall call;
  call.look_at(1, {101}, {102});
  for (uint16_t i = 0; i < 500; ++i) {
    call.send(1, i % 2 == 0 ? 0 : 102, i);
    call.relay.flush(&call.out);
  }
  call.send(1, 101, 500);
  CHECK_EQ(call.seen().size(), 1u);
  CHECK_EQ(call.counters.watched_lost.get(), 0u);
}

TEST(long_packets_count_by_their_size) {
  for (const auto& [bytes, packets] : {std::pair{0u, 200}, {256u, 200}, {257u, 100}, {1200u, 40}, {8192u, 7}}) {
    WatchBudget budget;
    int admitted = 0;
    while (budget.admit(bytes)) ++admitted;
    CHECK_EQ(admitted, packets);
    CHECK(!budget.admit(0));
    budget.refill();
    CHECK(budget.admit(bytes));
  }
}

TEST(a_drain_takes_no_more_than_it_may) {
  WatchedCall call;
  call.look_at(1, {0});
  for (uint16_t i = 0; i < 10; ++i) call.send(1, 0, i);
  const uint64_t half = call.watch.end();
  call.send(1, 0, 10);
  Bytes room(4 * Watch::kLongest);
  size_t used = 0;
  CHECK_EQ(call.watch.drain(room, 3, &used), 3u);
  CHECK_EQ(used, 3 * 96u);
  CHECK_EQ(call.watch.drain(std::span(room).first(Watch::kLongest - 1), 3, &used), 0u);
  CHECK_EQ(used, 0u);
  CHECK_EQ(call.watch.drain(std::span(room).first(Watch::kLongest), 3, &used), 1u);
  CHECK(!call.watch.drained(half));
  CHECK_EQ(call.watch.drain(room, 6, &used), 6u);
  CHECK(call.watch.drained(half));
  CHECK(!call.watch.empty());
}
