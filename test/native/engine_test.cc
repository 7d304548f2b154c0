#include "engine/engine.h"

#include <sys/resource.h>

#include <vector>

#include "engine_rig.h"

using namespace rtpp;
using namespace rtpp::test;

TEST(a_call_is_relayed_both_ways) {
  for (const char* host : {"127.0.0.1", "::1"}) {
    const Context context(host);
    EngineRig rig;
    const EngineCall call(&rig, host);
    const UdpPeer callee(host);
    const UdpPeer caller(host);
    const UdpPeer* phones[] = {&callee, &caller};
    for (const LegIndex leg : kLegs) {
      CHECK_EQ(rig.engine->set_peer(call.id, leg, {PeerKind::kAddress, false, phones[index(leg)]->address()}), 0);
    }
    for (int leg = 0; leg < 2; ++leg) {
      CHECK(phones[leg]->send(call.ports[leg], rtp_bytes(7)));
      Bytes bytes;
      Endpoint from;
      CHECK(phones[1 - leg]->receive(&bytes, &from));
      CHECK(bytes == rtp_bytes(7));
      // A party hears from the port that it sends to.
      CHECK(from == call.ports[1 - leg]);
    }
  }
}

TEST(rtcp_has_ports_and_peers_of_its_own) {
  EngineRig rig;
  const EngineCall call(&rig);
  const UdpPeer callee;
  const UdpPeer caller_rtcp;
  // The RTCP peer is one port behind the signalled one.
  Endpoint signalled = caller_rtcp.address();
  --signalled.port;
  CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCaller, {PeerKind::kAddress, false, signalled}), 0);
  CHECK(callee.send(rtcp_of(call.ports[0]), {0x81, 200, 0, 0}));
  Bytes bytes;
  Endpoint from;
  CHECK(caller_rtcp.receive(&bytes, &from));
  CHECK(from == rtcp_of(call.ports[1]));
  const SessionFigures snapshot = rig.snapshot(call.id);
  CHECK_EQ(snapshot.legs[0].rtcp.relayed, 1.0);
  CHECK_EQ(snapshot.legs[0].rtp.received, 0.0);
}

TEST(rtcp_that_does_not_arrive_takes_no_place_of_rtp_that_does_not) {
  if (!Fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP)).valid()) return;
  EngineRig rig;
  const EngineCall call(&rig);
  const UdpPeer callee;
  const auto caller_at = [&](const Endpoint& address) {
    CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCaller, {PeerKind::kAddress, false, address}), 0);
  };
  // More ways than there are places.
  for (int i = 0; i < 200; ++i) {
    caller_at(UdpPeer().address());
    CHECK(callee.send(rtcp_of(call.ports[0]), {0x81, 200, 0, 0}));
    // It is sent before the next one.
    (void)rig.snapshot(call.id);
  }
  caller_at(UdpPeer().address());
  CHECK(callee.send(call.ports[0], rtp_bytes(1)));
  CHECK(eventually([&] { return rig.snapshot(call.id).legs[1].unreached.messages > 0; }));
}

TEST(one_leg_in_each_family) {
  EngineRig rig;
  const SessionId id = rig.engine->create_session(60, 60);
  const Endpoint four = rig.open_leg(id, LegIndex::kCallee);
  const Endpoint six = rig.open_leg(id, LegIndex::kCaller, "::1");
  CHECK_EQ(rig.engine->complete(id), 0);
  const UdpPeer callee("127.0.0.1");
  const UdpPeer caller("::1");
  CHECK_EQ(rig.engine->set_peer(id, LegIndex::kCallee, {PeerKind::kAddress, false, callee.address()}), 0);
  CHECK_EQ(rig.engine->set_peer(id, LegIndex::kCaller, {PeerKind::kAddress, false, caller.address()}), 0);
  Bytes bytes;
  Endpoint from;
  CHECK(callee.send(four, rtp_bytes(1)));
  CHECK(caller.receive(&bytes, &from));
  CHECK(from == six);
  CHECK(caller.send(six, rtp_bytes(2)));
  CHECK(callee.receive(&bytes, &from));
  CHECK(from == four);
}

TEST(a_snapshot_and_the_last_report_have_the_figures) {
  EngineRig rig;
  const EngineCall call(&rig);
  const UdpPeer callee;
  const UdpPeer caller;
  CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCaller, {PeerKind::kAddress, false, caller.address()}), 0);
  for (const uint16_t seq : {1, 2, 2, 4}) CHECK(callee.send(call.ports[0], rtp_bytes(seq, 99)));
  Bytes bytes;
  Endpoint from;
  for (int i = 0; i < 4; ++i) CHECK(caller.receive(&bytes, &from));
  const SessionFigures now = rig.snapshot(call.id);
  CHECK_EQ(now.ttl, 60.0);
  CHECK_EQ(now.legs[0].rtp.relayed, 4.0);
  CHECK_EQ(now.legs[0].sent, 4.0);
  CHECK_EQ(now.legs[0].received, 3.0);
  CHECK_EQ(now.legs[0].duplicates, 1.0);
  CHECK_EQ(now.legs[0].ssrc, 99.0);
  const EngineTotals totals = rig.engine->totals();
  CHECK_EQ(totals.packets_received, 4.0);
  CHECK_EQ(totals.packets_relayed, 4.0);

  CHECK_EQ(rig.engine->remove(call.id), 0);
  rig.engine->sync();
  SessionFigures last;
  CHECK_EQ(rig.engine->next_retired(&last), call.id);
  CHECK_EQ(last.legs[0].sent, now.legs[0].sent);
  CHECK_EQ(last.legs[0].rtp.relayed, now.legs[0].rtp.relayed);
  CHECK_EQ(rig.engine->next_retired(&last), kNoSession);
}

TEST(ports_are_free_after_sync) {
  EngineRig rig;
  const SessionId keeper = rig.engine->create_session(60, 60);
  for (int i = 0; i < 20; ++i) {
    const EngineCall call(&rig);
    CHECK_EQ(rig.engine->open_leg(keeper, LegIndex::kCallee, call.ports[0], kNoTos), EADDRINUSE);
    CHECK_EQ(rig.engine->remove(call.id), 0);
    rig.engine->sync();
    for (const LegIndex leg : kLegs) CHECK_EQ(rig.engine->open_leg(keeper, leg, call.ports[index(leg)], kNoTos), 0);
  }
  const Endpoint before = rig.open_leg(keeper, LegIndex::kCallee);
  rig.open_leg(keeper, LegIndex::kCallee);
  rig.engine->sync();
  CHECK_EQ(rig.engine->open_leg(keeper, LegIndex::kCaller, before, kNoTos), 0);
}

TEST(a_pair_is_bound_as_a_whole_or_not_at_all) {
  EngineRig rig;
  const SessionId id = rig.engine->create_session(60, 60);
  const Endpoint rtp = rig.open_leg(id, LegIndex::kCallee);
  // The pair one port below shares that RTP port, as its RTCP port.
  Endpoint below = rtp;
  --below.port;
  const auto is_free = [&below] {
    Fd probe;
    return open_media_socket(below, kNoTos, &probe) == 0;
  };
  const bool was_free = is_free();
  CHECK_EQ(rig.engine->open_leg(id, LegIndex::kCaller, below, kNoTos), EADDRINUSE);
  CHECK_EQ(is_free(), was_free);
}

TEST(a_session_times_out) {
  EngineRig rig;
  const EngineCall call(&rig);
  CHECK_EQ(rig.engine->set_ttl(call.id, LegIndex::kCallee, 1), 0);
  const int64_t start = now_ns();
  Event event;
  CHECK(rig.next(EventKind::kTimeout, &event));
  CHECK(now_ns() - start > 900'000'000);
  CHECK_EQ(event.session, to_number(call.id));
  CHECK(rig.pending.load() > 0);
  CHECK_EQ(rig.snapshot(call.id).ttl, 0.0);
}

TEST(a_timeout_that_a_command_has_overtaken_is_not_told) {
  EngineRig rig;
  const EngineCall call(&rig);
  CHECK_EQ(rig.engine->set_ttl(call.id, LegIndex::kCallee, 0), 0);
  CHECK(eventually([&] { return rig.pending.load() > 0; }));
  CHECK_EQ(rig.engine->set_ttl(call.id, LegIndex::kCallee, 60), 0);
  Event event;
  CHECK(!rig.next(EventKind::kTimeout, &event, 100));
  CHECK_EQ(rig.engine->set_ttl(call.id, LegIndex::kCallee, 0), 0);
  CHECK(rig.next(EventKind::kTimeout, &event));
}

TEST(a_timer_has_another_length_when_the_session_is_complete_unless_a_command_chose_it) {
  for (const bool independent : {false, true}) {
    const Context context(independent ? "independent" : "shared");
    EngineOptions options;
    options.independent_ttl = independent;
    EngineRig rig(options);
    const SessionId id = rig.engine->create_session(15, 60);
    CHECK_EQ(rig.engine->restart(id), 0);
    CHECK_EQ(rig.snapshot(id).ttl, 15.0);
    CHECK_EQ(rig.engine->complete(id), 0);
    CHECK_EQ(rig.snapshot(id).ttl, 60.0);
    const SessionId chosen = rig.engine->create_session(15, 60);
    CHECK_EQ(rig.engine->set_ttl(chosen, LegIndex::kCaller, 99), 0);
    CHECK_EQ(rig.snapshot(chosen).ttl, independent ? 15.0 : 99.0);
    CHECK_EQ(rig.engine->complete(chosen), 0);
    CHECK_EQ(rig.snapshot(chosen).ttl, independent ? 60.0 : 99.0);
  }
}

TEST(packets_keep_a_session_alive) {
  EngineRig rig;
  const EngineCall call(&rig);
  const UdpPeer callee;
  CHECK_EQ(rig.engine->set_ttl(call.id, LegIndex::kCallee, 1), 0);
  Event event;
  for (int i = 0; i < 30; ++i) {
    CHECK(callee.send(call.ports[0], rtp_bytes(static_cast<uint16_t>(i))));
    CHECK(!rig.next(EventKind::kTimeout, &event, 90));
  }
  CHECK(rig.next(EventKind::kTimeout, &event));
}

TEST(each_worker_is_heard_in_its_turn) {
  EngineRig rig;
  const EngineCall calls[] = {&rig, &rig};
  rig.engine->sync();
  Event event;
  while (rig.engine->next_event(&event)) continue;
  for (const EngineCall& call : calls) {
    for (int i = 0; i < 50; ++i) {
      CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCallee, {PeerKind::kHold, false, {}}), 0);
      CHECK_EQ(rig.engine->set_peer(call.id, LegIndex::kCallee, {PeerKind::kAddress, false, call.ports[0]}), 0);
    }
  }
  rig.engine->sync();
  int heard[2] = {0, 0};
  for (int i = 0; i < 20 && rig.engine->next_event(&event); ++i)
    ++heard[event.session == to_number(calls[0].id) ? 0 : 1];
  CHECK_EQ(heard[0], 10);
  CHECK_EQ(heard[1], 10);
}

TEST(a_stale_handle_is_refused_everywhere) {
  EngineRig rig;
  const SessionId live = rig.engine->create_session(60, 60);
  const SessionId stale = rig.engine->create_session(60, 60);
  CHECK_EQ(rig.engine->remove(stale), 0);
  SessionFigures snapshot;
  const double live_number = to_number(live);
  for (const double number : {to_number(stale), live_number + 0.5, -1.0, 0.0, 1e300, double{NAN}, double{INFINITY}}) {
    const Context context(show(number));
    const SessionId id = to_session_id(number);
    CHECK_EQ(rig.engine->open_leg(id, LegIndex::kCallee, endpoint("127.0.0.1", 40000), kNoTos), EBADF);
    CHECK_EQ(rig.engine->complete(id), EBADF);
    CHECK_EQ(rig.engine->set_peer(id, LegIndex::kCallee, {PeerKind::kNone, false, {}}), EBADF);
    CHECK_EQ(rig.engine->set_ttl(id, LegIndex::kCallee, 1), EBADF);
    CHECK_EQ(rig.engine->restart(id), EBADF);
    CHECK_EQ(rig.engine->set_tos(id, LegIndex::kCallee, 1), EBADF);
    CHECK_EQ(rig.engine->snapshot(id, &snapshot), EBADF);
    CHECK_EQ(rig.engine->remove(id), EBADF);
  }
  CHECK_EQ(rig.engine->restart(live), 0);
}

TEST(a_slot_gets_another_generation) {
  EngineRig rig;
  SessionId last{};
  for (int i = 0; i < 5; ++i) {
    const SessionId id = rig.engine->create_session(60, 60);
    CHECK(id > last);
    CHECK_EQ(std::fmod(to_number(id), 1 << 24), 0.0);
    CHECK_EQ(to_session_id(to_number(id)), id);
    CHECK_EQ(rig.engine->remove(id), 0);
    SessionFigures snapshot;
    CHECK_EQ(rig.engine->next_retired(&snapshot), id);
    last = id;
  }
}

TEST(without_descriptors_there_is_an_error_and_no_leak) {
  EngineRig rig;
  const EngineCall call(&rig);
  rlimit limit{};
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  const Fd lowest(::dup(0));
  const rlimit low{static_cast<rlim_t>(lowest.get()) + 3, limit.rlim_max};
  CHECK_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  // Two are left: one for a leg's RTP socket, one for its RTCP socket, and not enough for two workers.
  int error = 0;
  CHECK(Engine::create({.workers = 2, .worker_cpus = {}, .independent_ttl = false, .relay = {}}, &rig, &error) ==
        nullptr);
  CHECK_EQ(error, EMFILE);
  const Fd one(::dup(0));
  CHECK_EQ(rig.engine->open_leg(call.id, LegIndex::kCallee, endpoint("127.0.0.1", 40000), kNoTos), EMFILE);
  const Fd two(::dup(0));
  CHECK(two.valid());
  CHECK_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST(close_ends_everything_and_may_be_called_twice) {
  EngineRig rig;
  const EngineCall call(&rig);
  rig.engine->close();
  for (const Endpoint& port : call.ports) {
    Fd probe;
    CHECK_EQ(open_media_socket(port, kNoTos, &probe), 0);
  }
  rig.engine->close();
}
