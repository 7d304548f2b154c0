#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "engine_rig.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

constexpr int kSenders = 2;
constexpr int kCalls = 24;

/** Where the senders find the ports of the moment; 0 = none. */
std::atomic<uint16_t> targets[2 * kCalls];

/** Sends to every port there is, RTP and RTCP, with changing SSRCs, until it is told to stop. */
void blast(const std::atomic<bool>* stop, uint32_t ssrc) {
  const UdpPeer peer;
  for (uint16_t seq = 0; !stop->load(std::memory_order_relaxed); ++seq) {
    for (const auto& target : targets) {
      const uint16_t port = target.load(std::memory_order_relaxed);
      if (port == 0) continue;
      const Endpoint to = endpoint("127.0.0.1", port);
      (void)peer.send(to, rtp_bytes(seq, ssrc + seq / 100));
      if (seq % 8 == 0) (void)peer.send(rtcp_of(to), {0x81, 200});
    }
    sleep_ms(1);
  }
}

struct Churn {
  void open(size_t i) {
    SessionId& id = calls[i];
    id = rig.engine->create_session(60, 60);
    for (const LegIndex leg : kLegs) open_leg(i, leg);
    CHECK_EQ(rig.engine->complete(id), 0);
    for (const LegIndex leg : kLegs) set_peer(i, leg, PeerKind::kAddress);
  }
  void open_leg(size_t i, LegIndex leg) { targets[2 * i + index(leg)] = rig.open_leg(calls[i], leg).port; }
  void set_peer(size_t i, LegIndex leg, PeerKind kind) {
    CHECK_EQ(rig.engine->set_peer(calls[i], leg, {kind, round % 2 == 0, phone.address()}), 0);
  }
  void remove(size_t i) {
    targets[2 * i] = 0;
    targets[2 * i + 1] = 0;
    CHECK_EQ(rig.engine->remove(calls[i]), 0);
    ++removed;
  }
  void collect() {
    Event event;
    while (rig.engine->next_event(&event)) ++events;
    SessionFigures snapshot;
    while (rig.engine->next_retired(&snapshot) != kNoSession) {
      ++retired;
      relayed += snapshot.legs[0].rtp.relayed + snapshot.legs[1].rtp.relayed;
    }
  }

  EngineRig rig;
  UdpPeer phone;
  std::vector<SessionId> calls = std::vector<SessionId>(kCalls);
  int round = 0;
  int removed = 0;
  int retired = 0;
  int events = 0;
  double relayed = 0;
};

}  // namespace

TEST(sessions_come_and_go_while_packets_flow) {
  Churn churn;
  for (size_t i = 0; i < kCalls; ++i) churn.open(i);
  std::atomic<bool> stop{false};
  std::vector<std::thread> senders;
  for (uint32_t i = 0; i < kSenders; ++i) senders.emplace_back(blast, &stop, i * 100'000);

  const int64_t end = now_ns() + 3'000'000'000;
  for (; now_ns() < end; ++churn.round) {
    const auto i = static_cast<size_t>(churn.round) % kCalls;
    const SessionId id = churn.calls[i];
    const LegIndex leg = kLegs[churn.round % 2];
    switch (churn.round % 7) {
      case 0:
        churn.open_leg(i, leg);
        break;
      case 1:
        churn.set_peer(i, leg, PeerKind::kHold);
        break;
      case 2:
        churn.set_peer(i, leg, PeerKind::kAddress);
        break;
      case 3:
        CHECK_EQ(churn.rig.engine->set_ttl(id, LegIndex::kCallee, churn.round % 2), 0);
        break;
      case 4:
        CHECK_EQ(churn.rig.engine->set_tos(id, leg, 8), 0);
        break;
      case 5:
        CHECK(churn.rig.snapshot(id).legs[0].rtp.received >= 0);
        break;
      case 6:
        // Waiting and freeing at once, or leaving it to the next time.
        churn.remove(i);
        if (churn.round % 2 == 0) churn.rig.engine->sync();
        churn.collect();
        churn.open(i);
        break;
    }
    (void)churn.rig.engine->totals();
  }
  stop = true;
  for (std::thread& sender : senders) sender.join();
  for (size_t i = 0; i < kCalls; ++i) churn.remove(i);
  churn.rig.engine->sync();
  churn.collect();
  CHECK_EQ(churn.retired, churn.removed);
  CHECK(churn.removed > kCalls);
  CHECK(churn.events > 0);
  // What the sessions tell and what the workers tell agrees, RTCP aside.
  CHECK(churn.relayed > 0);
  CHECK(churn.relayed <= churn.rig.engine->totals().packets_relayed);
}

TEST(the_end_comes_while_packets_flow) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> senders;
  for (uint32_t i = 0; i < kSenders; ++i) senders.emplace_back(blast, &stop, i);
  for (int round = 0; round < 10; ++round) {
    Churn churn;
    for (size_t i = 0; i < 4; ++i) churn.open(i);
    CHECK(eventually([&] { return churn.rig.engine->totals().packets_received > 20; }));
    if (round % 2 == 0) churn.rig.engine->close();
  }
  stop = true;
  for (std::thread& sender : senders) sender.join();
}

TEST(timeouts_get_through_a_full_ring) {
  EngineRig rig;
  const EngineCall call(&rig);
  const UdpPeer phone;
  for (size_t i = 0; i < EventRing::kCapacity / 4 + 100; ++i) {
    CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCallee, {PeerKind::kHold, false, {}}), 0);
    CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCallee, {PeerKind::kAddress, false, phone.address()}), 0);
  }
  CHECK_EQ(rig.engine->set_ttl(call.id, LegIndex::kCallee, 0), 0);
  rig.engine->sync();
  CHECK(rig.engine->totals().events_dropped > 0);
  // At least one second passes in which the timeout finds the ring full.
  const double dropped = rig.engine->totals().events_dropped;
  CHECK(eventually([&] { return rig.engine->totals().events_dropped > dropped; }));
  Event event;
  CHECK(rig.next(EventKind::kTimeout, &event));
  CHECK_EQ(event.session, to_number(call.id));
}
