#include "engine/playout.h"

#include <string>
#include <vector>

#include "check.h"
#include "engine/admission.h"
#include "engine/relay.h"
#include "fake_io.h"

using namespace rtpp;
using test::FakeIo;

namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kSecond = 1000 * kMs;
constexpr int64_t kStart = 5 * kSecond;

Endpoint address(uint16_t port) {
  Endpoint endpoint;
  endpoint.family = 4;
  endpoint.ip[0] = 127;
  endpoint.port = port;
  return endpoint;
}

/** A session whose legs have ports and addresses; nothing of it is open. */
struct Call {
  Call() {
    for (uint8_t i = 0; i < 2; ++i) {
      Leg& leg = session.legs[i];
      for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
        stream->session = &session;
        stream->leg = i;
      }
      leg.full_ttl = 60;
      leg.ttl = 7;
      leg.rtp.port.fd = 100 + i;
      leg.rtp.latch.remote = address(static_cast<uint16_t>(4000 + i));
    }
  }
  SessionReserve reserve;
  Session session{&reserve};
};

struct Rig {
  explicit Rig(bool duplicate = false, int64_t play_ttl_ns = kEndless)
      : playout(&io, duplicate, &played, &admission, play_ttl_ns) {}
  ~Rig() { take(); }

  /** A player of `packets` packets of 10 ms with `bytes` of payload. */
  LegPlayer* player(size_t packets, double token, int32_t count = 1, uint32_t bytes = 80) {
    PlaySpec spec;
    spec.packet_bytes = bytes;
    spec.packet_ms = 10;
    spec.count = count;
    const std::vector<uint8_t> prompt(packets * bytes, 0x55);
    return new LegPlayer(std::make_shared<const Prompt>(prompt.data(), prompt.size()), spec, token);
  }

  /** The players that have ended, as `token` or `token!` if they were stopped, the latest first. */
  std::string take() {
    std::string text;
    for (LegPlayer* player = playout.take_ended(); player != nullptr;) {
      text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(player->token));
      if (!player->finished) text += '!';
      LegPlayer* next = player->next_ended;
      delete player;
      player = next;
    }
    return text;
  }

  FakeIo io;
  Counter played;
  WorkerCounters counters;
  EventRing ring;
  Reporter reporter{&ring, false};
  Admission admission{&counters, &reporter};
  Playout playout;
};

}  // namespace

TEST(packets_go_from_the_port_of_the_leg_to_its_peer_when_they_are_due) {
  Rig rig;
  Call call;
  CHECK_EQ(rig.playout.due_ns(), INT64_MAX);
  rig.playout.play(&call.session.legs[1], rig.player(2, 1), kStart);
  CHECK_EQ(rig.playout.due_ns(), kStart);
  rig.playout.run(kStart - 1);
  CHECK_EQ(rig.io.sent().size(), 0u);
  CHECK_EQ(rig.io.flushes(), 0);
  rig.playout.run(kStart + 3 * kMs);
  CHECK_EQ(rig.io.sent().size(), 1u);
  CHECK_EQ(rig.io.sent()[0].fd, 101);
  CHECK(rig.io.sent()[0].dest == address(4001));
  CHECK_EQ(rig.io.sent()[0].bytes.size(), 92u);
  // Lateness does not add up.
  CHECK_EQ(rig.playout.due_ns(), kStart + 10 * kMs);
  rig.playout.run(kStart + 10 * kMs);
  CHECK_EQ(rig.io.sent().size(), 2u);
  CHECK_EQ(rig.played.get(), 2u);
  CHECK(!rig.playout.publish());

  rig.playout.run(kStart + 20 * kMs);
  CHECK_EQ(rig.io.sent().size(), 2u);
  CHECK(call.session.legs[1].player == nullptr);
  CHECK_EQ(rig.playout.due_ns(), INT64_MAX);
  CHECK_EQ(rig.take(), std::string());
  CHECK(rig.playout.publish());
  CHECK_EQ(rig.take(), std::string("1"));
  CHECK(!rig.playout.publish());
}

TEST(packets_that_are_late_follow_at_once) {
  Rig rig;
  Call call;
  rig.playout.play(&call.session.legs[1], rig.player(100, 1), kStart);
  rig.playout.run(kStart + 45 * kMs);
  CHECK_EQ(rig.io.sent().size(), 5u);
  CHECK_EQ(rig.io.flushes(), 1);
  CHECK_EQ(rig.playout.due_ns(), kStart + 50 * kMs);
  rig.playout.stop(&call.session.legs[1]);
  rig.playout.publish();
}

TEST(a_long_stall_is_not_caught_up) {
  Rig rig;
  Call call;
  rig.playout.play(&call.session.legs[1], rig.player(1, 1, -1), kStart);
  rig.playout.run(kStart);
  rig.playout.run(kStart + 3600 * kSecond);
  CHECK_EQ(rig.io.sent().size(), 2u);
  CHECK_EQ(rig.playout.due_ns(), kStart + 3600 * kSecond + 10 * kMs);
  rig.playout.stop(&call.session.legs[1]);
  rig.playout.publish();
}

TEST(a_player_waits_for_a_port_and_an_address) {
  Rig rig;
  Call call;
  Leg& leg = call.session.legs[0];
  leg.rtp.port.fd = -1;
  leg.rtp.latch.remote = Endpoint{};
  rig.playout.play(&leg, rig.player(1, 1), kStart);
  CHECK(leg.player != nullptr);
  CHECK_EQ(rig.playout.due_ns(), INT64_MAX);
  leg.rtp.port.fd = 100;
  rig.playout.changed(&leg, kStart + 1);
  CHECK_EQ(rig.playout.due_ns(), INT64_MAX);
  leg.rtp.latch.remote = address(4000);
  rig.playout.changed(&leg, kStart + 2);
  CHECK_EQ(rig.playout.due_ns(), kStart + 2);
  // A later change of the address changes where packets go, not when.
  leg.rtp.latch.remote = address(5000);
  rig.playout.changed(&leg, kStart + 3);
  CHECK_EQ(rig.playout.due_ns(), kStart + 2);
  rig.playout.run(kStart + 2);
  CHECK(rig.io.sent()[0].dest == address(5000));
  rig.playout.run(kStart + kSecond / 2);
  rig.playout.publish();
  CHECK_EQ(rig.take(), std::string("1"));
}

TEST(another_player_takes_the_place_of_the_one_before) {
  Rig rig;
  Call call;
  Leg& leg = call.session.legs[1];
  rig.playout.play(&leg, rig.player(5, 1), kStart);
  rig.playout.play(&leg, rig.player(1, 2), kStart);
  rig.playout.play(&call.session.legs[0], rig.player(1, 3), kStart);
  rig.playout.run(kStart);
  CHECK_EQ(rig.io.sent().size(), 2u);
  rig.playout.publish();
  CHECK_EQ(rig.take(), std::string("1!"));
  rig.playout.run(kStart + 10 * kMs);
  rig.playout.stop(&leg);
  rig.playout.publish();
  CHECK_EQ(rig.take().size(), std::string("2 3").size());
}

TEST(a_waiting_player_can_be_stopped) {
  Rig rig;
  Call call;
  Leg& leg = call.session.legs[1];
  leg.rtp.latch.remote = Endpoint{};
  rig.playout.play(&leg, rig.player(5, 1), kStart);
  rig.playout.stop(&leg);
  rig.playout.stop(&leg);
  CHECK(leg.player == nullptr);
  rig.playout.publish();
  CHECK_EQ(rig.take(), std::string("1!"));
}

TEST(each_packet_restarts_the_timer_of_the_party_that_is_not_heard) {
  for (const bool independent : {false, true}) {
    const rtpp::test::Context context(independent ? "a timer per leg" : "one timer");
    Rig rig;
    Call call;
    call.session.independent_ttl = independent;
    Leg* legs = call.session.legs;
    rig.playout.play(&legs[1], rig.player(1, 1), kStart);
    CHECK_EQ(legs[0].ttl, 7);
    rig.playout.run(kStart);
    CHECK_EQ(legs[0].ttl, 60);
    CHECK_EQ(legs[1].ttl, 7);
    legs[0].ttl = 7;
    rig.playout.stop(&legs[1]);
    rig.playout.play(&legs[0], rig.player(1, 2), kStart);
    rig.playout.run(kStart);
    CHECK_EQ(legs[independent ? 1 : 0].ttl, 60);
    rig.playout.stop(&legs[0]);
    rig.playout.publish();
  }
}

TEST(an_endless_prompt_keeps_no_session_alive_whose_parties_are_silent) {
  Rig rig(false, kSecond);
  Call call;
  Leg* legs = call.session.legs;
  rig.playout.play(&legs[1], rig.player(1, 1, -1), kStart);
  int64_t now = kStart;
  const auto alive_after = [&](int64_t ns) {
    for (const int64_t end = now + ns; now < end; now += 10 * kMs) {
      legs[0].ttl = 7;
      rig.playout.run(now);
    }
    return legs[0].ttl == 60;
  };
  CHECK(alive_after(kSecond));
  CHECK(!alive_after(kSecond));
  for (uint64_t* in :
       {&legs[0].rtp.counters.in, &legs[0].rtcp.counters.in, &legs[1].rtp.counters.in, &legs[1].rtcp.counters.in}) {
    ++*in;
    CHECK(alive_after(kSecond));
    CHECK(!alive_after(kSecond));
  }
  // What was heard before the prompt does not count.
  rig.playout.play(&legs[1], rig.player(1, 2, -1), now);
  CHECK(alive_after(kSecond));
  rig.playout.stop(&legs[1]);
  rig.playout.publish();
}

TEST(small_packets_are_sent_twice_if_wanted) {
  Rig rig(true);
  Call call;
  rig.playout.play(&call.session.legs[0], rig.player(1, 1, 1, 115), kStart);
  rig.playout.play(&call.session.legs[1], rig.player(1, 2, 1, 116), kStart);
  rig.playout.run(kStart);
  CHECK_EQ(rig.io.sent().size(), 3u);
  CHECK_EQ(rig.played.get(), 2u);
  rig.playout.stop(&call.session.legs[0]);
  rig.playout.stop(&call.session.legs[1]);
  rig.playout.publish();
}

TEST(what_does_not_fit_into_one_flush_stays_due) {
  Rig rig(true);
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 100; ++i) {
    calls.push_back(std::make_unique<Call>());
    rig.playout.play(&calls.back()->session.legs[0], rig.player(1, i), kStart);
  }
  rig.playout.run(kStart);
  CHECK_EQ(rig.played.get(), kBatch);
  CHECK_EQ(rig.io.sent().size(), 2 * kBatch);
  CHECK_EQ(rig.playout.due_ns(), kStart);
  rig.playout.run(kStart);
  CHECK_EQ(rig.played.get(), 100u);
  for (const auto& call : calls) rig.playout.stop(&call->session.legs[0]);
  rig.playout.publish();
}
