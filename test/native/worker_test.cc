#include "engine/worker.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "worker_rig.h"

using namespace rtpp;
using namespace rtpp::test;

TEST(relays_between_the_legs) {
  WorkerRig rig;
  Session* session = rig.make_session();
  rig.open_call(session);
  rig.sync();
  CHECK_EQ(rig.io->attached().size(), 4u);
  rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(1));
  CHECK(eventually([&] { return rig.io->sent().size() == 1; }));
  const FakeIo::Sent sent = rig.io->sent()[0];
  CHECK(sent.bytes == rtp_bytes(1));
  CHECK(sent.dest == kCaller);
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.worker->counters().packets_relayed.get(), 1u);
  CHECK_EQ(rig.collect(), 1);
}

TEST(operations_come_before_the_packets_of_the_same_pass) {
  WorkerRig rig;
  Session* session = rig.make_session();
  for (uint8_t leg = 0; leg < 2; ++leg) rig.open_leg(session, leg);
  rig.set_peer(session, 1, PeerKind::kAddress, kCaller);
  rig.sync();
  rig.io->hold(true);
  CHECK(eventually([&] { return rig.io->holding(); }));
  rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(1));
  rig.post(session, op::Complete{});
  rig.io->hold(false);
  CHECK(eventually([&] { return rig.io->sent().size() == 1; }));
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}

TEST(a_removed_session_comes_back_after_the_packets_of_the_pass) {
  WorkerRig rig;
  Session* session = rig.held_call();
  // The batch in hand still points to the session when whoever waits for it may free it, as early as this sink does.
  rig.free_at_once = true;
  for (int i = 0; i < 3; ++i) rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(1));
  rig.post(session, op::Remove{});
  Completion done;
  rig.post(nullptr, op::Sync{&done});
  rig.io->hold(false);
  done.wait();
  CHECK(eventually([&] { return rig.pending.load() > 0; }));
  CHECK_EQ(rig.io->attached().size(), 0u);
  CHECK_EQ(rig.io->sent().size(), 0u);
  CHECK_EQ(rig.worker->counters().packets_received.get(), 0u);
}

TEST(figures_count_what_came_while_the_batch_before_the_question_was_in_hand) {
  WorkerRig rig;
  Session* session = rig.held_call();
  rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(1));
  rig.io->inject_late(&session->legs[0].rtp.port, kCallee, rtp_bytes(2));
  SessionFigures figures;
  const std::vector<WantedFigures> wanted = {{session, &figures}};
  Completion done;
  done.expect(1);
  rig.post(nullptr, op::Snapshots{wanted, &done});
  rig.io->hold(false);
  done.wait();
  CHECK_EQ(figures.legs[0].rtp.received, 2u);
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}

TEST(new_ports_replace_the_old_ones) {
  WorkerRig rig;
  Session* session = rig.make_session();
  rig.open_leg(session);
  rig.sync();
  const int before[] = {session->legs[0].rtp.port.fd, session->legs[0].rtcp.port.fd};
  rig.open_leg(session);
  rig.sync();
  CHECK_EQ(rig.io->attached().size(), 2u);
  for (const int fd : before) CHECK(!is_open(fd));
  const int after[] = {session->legs[0].rtp.port.fd, session->legs[0].rtcp.port.fd};
  for (const int fd : after) CHECK(is_open(fd));
  rig.post(session, op::Remove{});
  rig.sync();
  for (const int fd : after) CHECK(!is_open(fd));
  CHECK_EQ(rig.io->attached().size(), 0u);
  CHECK_EQ(rig.collect(), 1);
}

TEST(a_port_that_the_backend_refuses_is_reported) {
  WorkerRig rig(false);
  Session* session = rig.make_session();
  rig.io->fail_attach(28);
  rig.open_leg(session, 1);
  Event event;
  for (const int rtcp : {0, 1}) {
    CHECK(rig.next(EventKind::kAttachFailed, &event));
    CHECK_EQ(event.rtcp, rtcp);
    CHECK_EQ(event.leg, 1);
    CHECK_EQ(event.value, 28u);
  }
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}

TEST(a_timeout_is_reported_once_until_the_timer_starts_again) {
  WorkerRig rig;
  Session* session = rig.make_session(0);
  rig.open_leg(session);
  Event event;
  CHECK(rig.next(EventKind::kTimeout, &event));
  CHECK_EQ(event.session, 42.0);
  CHECK_EQ(event.value, 0u);
  CHECK(!rig.next(EventKind::kTimeout, &event, 1200));
  rig.post(session, op::SetTtl(0, 0));
  rig.post(session, op::Restart{{7}});
  CHECK(rig.next(EventKind::kTimeout, &event));
  CHECK_EQ(event.value, 7u);
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}

TEST(the_timers_of_many_sessions) {
  static constexpr int kSessions = 700;
  WorkerRig rig;
  std::vector<Session*> sessions;
  for (int i = 0; i < kSessions; ++i) {
    sessions.push_back(rig.make_session(0));
    sessions.back()->id = SessionId{static_cast<uint64_t>(i)};
    sessions.back()->independent_ttl = i % 2 == 1;
    rig.open_leg(sessions.back());
    // Only the second leg's timer has ended, which counts where the legs have timers of their own.
    if (i % 4 == 1) rig.post(sessions.back(), op::SetTtl(0, 60));
  }
  std::vector<int> reports(kSessions, 0);
  Event event;
  for (int i = 0; i < kSessions; ++i) {
    CHECK(rig.next(EventKind::kTimeout, &event));
    const auto index = static_cast<size_t>(event.session);
    ++reports[index];
    CHECK_EQ(event.leg, index % 4 == 1 ? 1 : 0);
  }
  for (const int count : reports) CHECK_EQ(count, 1);
  for (Session* session : sessions) rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), kSessions);
}

TEST(a_full_mailbox_makes_the_poster_wait) {
  static constexpr uint32_t kOperations = 5000;
  WorkerRig rig;
  Session* session = rig.make_session(0);
  rig.open_leg(session);
  rig.sync();
  rig.io->hold(true);
  CHECK(eventually([&] { return rig.io->holding(); }));
  std::atomic<bool> posted{false};
  std::thread control([&] {
    for (uint32_t i = 0; i < kOperations; ++i) rig.post(session, op::Restart{{i + 1}});
    posted = true;
  });
  sleep_ms(50);
  CHECK(!posted.load());
  rig.io->hold(false);
  control.join();
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(session->timer_start, kOperations);
  CHECK_EQ(rig.collect(), 1);
}

TEST(a_full_event_ring_drops_what_informs_and_keeps_timeouts) {
  WorkerRig rig;
  Session* session = rig.make_session(0);
  // Each round is two streams going on hold and off again.
  for (size_t i = 0; i < EventRing::kCapacity / 4 + 10; ++i) {
    rig.set_peer(session, 0, PeerKind::kHold);
    rig.set_peer(session, 0, PeerKind::kAddress, kCallee);
  }
  rig.open_leg(session);
  rig.sync();
  CHECK(rig.worker->events().dropped() > 0);
  const uint64_t dropped = rig.worker->events().dropped();
  CHECK(eventually([&] { return rig.worker->events().dropped() > dropped; }));
  Event event;
  size_t informed = 0;
  while (rig.worker->events().pop(&event) && event.kind != EventKind::kTimeout) ++informed;
  CHECK_EQ(informed, EventRing::kCapacity);
  CHECK(rig.next(EventKind::kTimeout, &event));
  CHECK(!rig.next(EventKind::kTimeout, &event, 1200));
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}

TEST(a_peer_that_changes_with_every_packet_is_told_of_by_a_count) {
  WorkerRig rig;
  Session* session = rig.make_session();
  rig.open_call(session);
  rig.sync();
  constexpr uint32_t kPackets = 3000;
  for (uint32_t i = 0; i < kPackets; ++i) {
    rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(static_cast<uint16_t>(i), 1 + i));
  }
  CHECK(eventually([&] { return rig.io->sent().size() == kPackets; }));
  // The other leg's events are not concerned; those of signalling neither.
  rig.io->inject(&session->legs[1].rtp.port, kCaller, rtp_bytes(1));
  CHECK(eventually([&] { return rig.io->sent().size() == kPackets + 1; }));
  rig.set_peer(session, 0, PeerKind::kHold);
  rig.post(session, op::Remove{});
  rig.sync();
  uint32_t told = 0, left_out = 0, latched = 0, held = 0;
  Event event;
  while (rig.worker->events().pop(&event)) {
    held += event.kind == EventKind::kOnHold;
    latched += event.leg == 1 && event.kind == EventKind::kLatched;
    if (event.leg != 0 || event.rtcp != 0) continue;
    told += event.kind == EventKind::kSsrcChanged || event.kind == EventKind::kLatched ||
            event.kind == EventKind::kRelatched;
    if (event.kind == EventKind::kLeftOut) left_out += event.value;
  }
  CHECK(told <= EventBudget::kBurst + 10);
  // The first packet latches; each of the others changes the SSRC and latches again.
  CHECK_EQ(told + left_out, 2 * kPackets - 1);
  CHECK_EQ(latched, 1u);
  CHECK_EQ(held, 2u);
  CHECK_EQ(rig.worker->events().dropped(), 0u);
  CHECK_EQ(rig.collect(), 1);
}

TEST(counts_the_packets_of_the_last_second) {
  WorkerRig rig;
  Session* session = rig.make_session();
  rig.open_call(session);
  rig.sync();
  for (int i = 0; i < 30; ++i) rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(static_cast<uint16_t>(i)));
  CHECK(eventually([&] { return rig.worker->counters().packets_per_second.get() == 30; }));
  CHECK(eventually([&] { return rig.worker->counters().packets_per_second.get() == 0; }));
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}

TEST(the_end_closes_all_ports_and_gives_back_the_sessions) {
  WorkerRig rig;
  Session* sessions[] = {rig.make_session(), rig.make_session()};
  for (Session* session : sessions) rig.open_call(session);
  rig.sync();
  const int fd = sessions[0]->legs[1].rtcp.port.fd;
  rig.post(sessions[0], op::Restart{{1}});
  rig.worker->stop();
  rig.worker->stop();
  CHECK_EQ(sessions[0]->timer_start, 1u);
  CHECK(!is_open(fd));
  CHECK_EQ(rig.io->attached().size(), 0u);
  CHECK_EQ(rig.collect(), 2);
}

TEST(packets_of_the_next_window_wait_for_one_another) {
  for (const int32_t microseconds : {0, 500}) {
    const Context context(std::to_string(microseconds) + " us");
    WorkerRig rig(true, microseconds);
    Session* session = rig.make_session();
    rig.open_call(session);
    rig.sync();
    // Passes without packets are followed by no pause.
    CHECK_EQ(rig.io->paused().size(), 0u);
    rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(1));
    CHECK(eventually([&] { return rig.io->sent().size() == 1; }));
    // Before the worker is asked for anything: it would not pause then.
    if (microseconds > 0) CHECK(eventually([&] { return rig.io->paused().size() == 1; }));
    rig.sync();
    const std::vector<int64_t> paused = rig.io->paused();
    CHECK_EQ(paused.size(), microseconds > 0 ? 1u : 0u);
    for (const int64_t ns : paused) CHECK(ns <= 500'000);
    rig.post(session, op::Remove{});
    rig.sync();
    CHECK_EQ(rig.collect(), 1);
  }
}

TEST(a_full_batch_is_followed_by_the_next_one_at_once) {
  WorkerRig rig(true, 500);
  Session* session = rig.held_call();
  for (size_t i = 0; i < kBatch; ++i) rig.io->inject(&session->legs[0].rtp.port, kCallee, rtp_bytes(1));
  rig.io->hold(false);
  CHECK(eventually([&] { return rig.io->sent().size() == kBatch; }));
  rig.sync();
  CHECK_EQ(rig.io->paused().size(), 0u);
  rig.post(session, op::Remove{});
  rig.sync();
  CHECK_EQ(rig.collect(), 1);
}
