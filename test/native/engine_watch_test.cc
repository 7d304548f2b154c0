#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

#include "engine_rig.h"
#include "rtp_bytes.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

PayloadSet only(uint8_t type) {
  PayloadSet set;
  set.add(type);
  return set;
}

/** Takes up to `limit` packets and calls `look` for each record and its bytes. */
template <typename Look>
size_t drain(Engine* engine, size_t limit, Look look) {
  static Bytes room(8 * Watch::kLongest);
  const size_t count = engine->drain_watched(room, limit);
  size_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    WatchedPacket record;
    std::memcpy(&record, &room[at], sizeof record);
    look(record, &room[at + sizeof record]);
    at += (sizeof record + record.size + 7) / 8 * 8;
  }
  return count;
}

size_t drain(Engine* engine, size_t limit = 1000) {
  return drain(engine, limit, [](const WatchedPacket&, const uint8_t*) {});
}

}  // namespace

TEST(a_stale_handle_watches_nothing) {
  EngineRig rig;
  const SessionId id = rig.engine->create_session(60, 60);
  CHECK_EQ(rig.engine->remove(id), 0);
  CHECK_EQ(rig.engine->watch_payloads(id, LegIndex::kCallee, only(0), {}), EBADF);
}

TEST(each_leg_has_types_of_its_own) {
  EngineRig rig;
  EngineCall call(&rig);
  CHECK_EQ(rig.engine->watch_payloads(call.id, LegIndex::kCallee, only(0), {}), 0);
  CHECK_EQ(rig.engine->watch_payloads(call.id, LegIndex::kCaller, only(8), {}), 0);
  const UdpPeer callee;
  const UdpPeer caller;
  CHECK(callee.send(call.ports[0], rtp_bytes(1)));
  CHECK(caller.send(call.ports[1], rtp_bytes(1, 99)));
  CHECK(eventually([&] { return rig.engine->totals().packets_received == 2; }));
  rig.engine->sync();
  std::vector<uint8_t> legs;
  drain(rig.engine.get(), 10, [&](const WatchedPacket& record, const uint8_t*) { legs.push_back(record.leg); });
  CHECK(legs == std::vector<uint8_t>{0});
}

TEST(the_main_thread_is_woken_once_for_the_packets_of_20_ms) {
  EngineRig rig;
  EngineCall call(&rig);
  CHECK_EQ(rig.engine->watch_payloads(call.id, LegIndex::kCallee, only(0), {}), 0);
  const UdpPeer callee;
  CHECK(callee.send(call.ports[0], rtp_bytes(0)));
  // Of the party that was found the main thread hears at once.
  CHECK(eventually([&] { return drain(rig.engine.get()) == 1; }));
  Event event;
  while (rig.engine->next_event(&event)) continue;
  rig.engine->sync();
  const int before = rig.pending.load();
  const int64_t began = now_ns();
  for (uint16_t i = 1; i <= 150; ++i) CHECK(callee.send(call.ports[0], rtp_bytes(i)));
  CHECK(eventually([&] { return rig.engine->totals().packets_watched == 151; }));
  CHECK(eventually([&] { return rig.pending.load() > before; }));
  const int64_t wake_ups = rig.pending.load() - before;
  CHECK(now_ns() - began >= 20'000'000);
  CHECK(wake_ups <= (now_ns() - began) / 20'000'000);
}

TEST(a_session_ends_when_its_packets_have_been_looked_at) {
  EngineRig rig;
  EngineCall watched(&rig);
  CHECK_EQ(rig.engine->watch_payloads(watched.id, LegIndex::kCallee, only(0), {}), 0);
  const UdpPeer callee;
  for (uint16_t i = 0; i < 5; ++i) CHECK(callee.send(watched.ports[0], rtp_bytes(i)));
  CHECK(eventually([&] { return rig.engine->totals().packets_watched == 5; }));
  CHECK_EQ(rig.engine->remove(watched.id), 0);
  rig.engine->sync();
  SessionFigures figures;
  CHECK(rig.engine->next_retired(&figures) == kNoSession);
  CHECK_EQ(drain(rig.engine.get(), 4), 4u);
  CHECK(rig.engine->next_retired(&figures) == kNoSession);
  CHECK_EQ(drain(rig.engine.get(), 4), 1u);
  CHECK(rig.engine->next_retired(&figures) == watched.id);
  CHECK_EQ(figures.legs[0].rtp.received, 5.0);
}

// Under load, more than is shown of a stream, and with calls that come and go: what is watched comes whole and in
// order, and never after the session.
TEST(packets_come_whole_in_order_and_before_the_end) {
  EngineRig rig;
  CHECK_EQ(rig.engine->watch_rtcp(true), 0);
  std::atomic<uint16_t> port{0};
  std::atomic<bool> stop{false};
  std::thread sender([&] {
    const UdpPeer peer;
    for (uint32_t number = 0; !stop.load(); ++number) {
      const uint16_t to = port.load();
      if (to == 0) continue;
      Bytes bytes = rtp_bytes(static_cast<uint16_t>(number), 0x1234, 8 + number % 1400);
      std::memcpy(&bytes[12], &number, sizeof number);
      bytes[16] = static_cast<uint8_t>(bytes.size());
      bytes[17] = static_cast<uint8_t>(bytes.size() >> 8);
      (void)peer.send(endpoint("127.0.0.1", to), bytes);
      if (number % 16 == 0) sleep_ms(1);
    }
  });
  uint32_t last = 0;
  uint64_t seen = 0;
  std::vector<SessionId> over;
  const auto look = [&](const WatchedPacket& record, const uint8_t* data) {
    for (const SessionId id : over) CHECK(to_number(id) != record.session);
    uint32_t number;
    std::memcpy(&number, data + 12, sizeof number);
    CHECK(number > last || last == 0);
    last = number;
    CHECK_EQ(static_cast<uint32_t>(data[16] | data[17] << 8), record.size);
    CHECK_EQ(data[record.size - 1], record.size > 18 ? 0xd5 : data[record.size - 1]);
    ++seen;
  };
  for (int round = 0; round < 20; ++round) {
    EngineCall call(&rig);
    CHECK_EQ(rig.engine->watch_payloads(call.id, LegIndex::kCallee, only(0), {}), 0);
    port.store(call.ports[0].port);
    const uint64_t before = seen;
    CHECK(eventually([&] {
      drain(rig.engine.get(), 7, look);
      return seen > before + 20;
    }));
    CHECK_EQ(rig.engine->remove(call.id), 0);
    SessionFigures figures;
    CHECK(eventually([&] {
      const SessionId id = rig.engine->next_retired(&figures);
      if (id != kNoSession) over.push_back(id);
      if (id == kNoSession) drain(rig.engine.get(), 3, look);
      return id == call.id;
    }));
  }
  stop.store(true);
  sender.join();
  while (drain(rig.engine.get(), 1000, look) > 0) continue;
  const EngineTotals totals = rig.engine->totals();
  CHECK_EQ(totals.packets_watched, static_cast<double>(seen));
}

TEST(a_party_that_sends_without_end_takes_no_room_of_others) {
  EngineRig rig;
  EngineCall flooded(&rig);
  EngineCall quiet(&rig);
  CHECK_EQ(rig.engine->watch_payloads(flooded.id, LegIndex::kCallee, only(0), {}), 0);
  CHECK_EQ(rig.engine->watch_payloads(quiet.id, LegIndex::kCallee, only(0), {}), 0);
  const UdpPeer attacker;
  const UdpPeer callee;
  uint64_t sent = 0;
  // Nobody drains: without a share the ring of 4 MiB would be full.
  for (uint16_t seq = 0; seq < 600; ++seq) {
    CHECK(attacker.send(flooded.ports[0], rtp_bytes(seq, 0x1234, 8000)));
    ++sent;
    CHECK(eventually([&] { return rig.engine->totals().packets_received == static_cast<double>(sent); }));
  }
  const double lost = rig.engine->totals().watched_lost;
  CHECK(lost > 0);
  CHECK(callee.send(quiet.ports[0], rtp_bytes(1, 99)));
  CHECK(eventually([&] { return rig.engine->totals().packets_watched + lost == static_cast<double>(sent + 1); }));
  size_t heard = 0;
  const auto look = [&](const WatchedPacket& record, const uint8_t*) {
    if (record.session == to_number(quiet.id)) ++heard;
  };
  while (drain(rig.engine.get(), 1000, look) > 0) continue;
  CHECK_EQ(heard, 1u);
  // A new second, a new share.
  const double before = rig.engine->totals().packets_watched;
  CHECK(eventually([&] {
    CHECK(attacker.send(flooded.ports[0], rtp_bytes(static_cast<uint16_t>(sent++), 0x1234, 8000)));
    sleep_ms(20);
    return rig.engine->totals().packets_watched > before;
  }));
}

// Whoever switches RTCP on and off, and asks for payload types, meets no worker halfway.
TEST(what_is_watched_changes_under_load) {
  EngineRig rig;
  EngineCall call(&rig);
  std::atomic<bool> stop{false};
  std::thread sender([&] {
    const UdpPeer peer;
    for (uint16_t seq = 0; !stop.load(); ++seq) {
      (void)peer.send(call.ports[0], rtp_bytes(seq));
      (void)peer.send(rtcp_of(call.ports[0]), {0x80, 201, 0, 1, 0, 0, 0, 1});
      if (seq % 16 == 0) sleep_ms(1);
    }
  });
  for (int i = 0; i < 200; ++i) {
    CHECK_EQ(rig.engine->watch_rtcp(i % 2 == 0), 0);
    CHECK_EQ(rig.engine->watch_payloads(call.id, LegIndex::kCallee, i % 3 == 0 ? only(0) : PayloadSet(),
                                        i % 5 == 0 ? only(0) : PayloadSet()),
             0);
    drain(rig.engine.get());
    sleep_ms(1);
  }
  stop.store(true);
  sender.join();
  CHECK(rig.engine->totals().packets_watched > 0);
  CHECK_EQ(rig.engine->remove(call.id), 0);
}
