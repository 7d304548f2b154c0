#include "latch_steps.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

// docs/latching.md, RTCP. The leg's RTP is silent in these.
const Scenario kWithoutRtp[] = {
    {"whoever comes first", {signal(0, kPrivate, kPrivate), other(1, kFar, 1, 0, 1, kFar)}},
    {"the signalled host takes it from another one",
     {signal(0, kPeer, kPeer), other(1, kFar, 1, 0, 1, kFar), other(2, kPeerPort, 1, 0, 1, kPeerPort),
      other(3, kFar, 9, 1000, 0, kPeerPort)}},
    {"another port of it after 15 s",
     {signal(0, kFar, kFar), other(1, kFar, 1, 0, 1, kFar), other(15.9, kFar2, 1, 0, 0, kFar),
      other(16, kFarPort, 1, 0, 1, kFarPort)}},
    {"another host then too, with two packets",
     {signal(0, kPrivate, kPrivate), other(1, kFar, 1, 0, 1, kFar), other(16, kFar2, 2, 1000, 1, kFar2)}},
    {"another address counts at once; the source before is heard until somebody comes",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 0, 1, kPeer), signal(2, kFar, kFar),
      other(2.1, kPeer, 1, 0, 1, kPeer), other(2.2, kFar, 1, 0, 1, kFar), other(2.3, kPeer, 1, 0, 0, kFar)}},
    {"asymmetric: any port of the host, nobody else",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), other(1, kPeerPort, 1, 0, 1, kPeer),
      other(2, kFar, 9, 1000, 0, kPeer)}},
};

LatchState rtp_at(const Endpoint& remote) {
  LatchState rtp;
  latch_guard(&rtp, nullptr);
  rtp.remote = remote;
  rtp.guard.learned = true;
  return rtp;
}

/** RTP of a leg that is found at kFar after 1 s and sends on. */
struct Leg {
  Leg() {
    step(&rtp, signal(0, kPrivate, kPrivate));
    step(&rtcp, signal(0, kPrivate, kPrivate));
    step(&rtp, test::rtp(1, kFar, 7, 1, 9, 9, kFar));
    CHECK(latch_follow_rtp(&rtcp.state, rtp_at(kFar)));
    CHECK(rtcp.state.remote == ip(198, 51, 100, 1, 7001));
  }
  void step(Guarded* stream, const Step& step) {
    CHECK_EQ(apply(stream, rtp.state, step), step.accepted);
    CHECK(stream->state.remote == step.remote);
  }
  Guarded rtp;
  Guarded rtcp{true};
};

const Endpoint kFarRtcp = ip(198, 51, 100, 1, 7001);

}  // namespace

TEST(without_rtp) {
  for (const Scenario& scenario : kWithoutRtp) play(scenario, true);
}

TEST(the_host_of_rtp_is_heard_at_once) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kFarPort, 1, 0, 1, kFarPort));
  leg.step(&leg.rtcp, other(2.1, kFar2, 9, 1000, 0, kFarPort));
}

TEST(another_host_with_its_second_packet_when_nobody_contests_it) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kFar2, 50, 20, 0, kFarRtcp));
  leg.step(&leg.rtcp, other(3.4, kFar2, 1, 0, 0, kFarRtcp));
  leg.step(&leg.rtcp, other(3.9, kFar2, 2, 1000, 2, kFar2));
  leg.step(&leg.rtcp, other(5, kFarPort, 1, 0, 1, kFarPort));
  leg.step(&leg.rtcp, other(6, kFar2, 9, 1000, 0, kFarPort));
}

TEST(several_strangers_do_not_add_up) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kFar2, 1, 0, 0, kFarRtcp));
  leg.step(&leg.rtcp, other(3, kPeer, 1, 0, 0, kFarRtcp));
  leg.step(&leg.rtcp, other(4, kFar2, 1, 0, 0, kFarRtcp));
}

TEST(rtcp_keeps_the_leg_while_its_rtp_goes_on) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kFarPort, 1, 0, 1, kFarPort));
  leg.step(&leg.rtp, every(1000, test::rtp(2, kFar, 7, 10, 30, 30, kFar)));
  leg.step(&leg.rtcp, other(31, kFar2, 5, 1000, 0, kFarPort));
  leg.step(&leg.rtcp, other(50, kFar2, 2, 1000, 1, kFar2));
}

TEST(rtp_moves_to_another_host) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kFarPort, 1, 0, 1, kFarPort));
  leg.step(&leg.rtp, test::rtp(2, kFar2, 7, 10, 5, 4, kFar2));
  CHECK(latch_follow_rtp(&leg.rtcp.state, rtp_at(kFar2)));
  CHECK(leg.rtcp.state.remote == ip(203, 0, 113, 1, 7001));
  leg.step(&leg.rtcp, other(3, ip(203, 0, 113, 1, 9), 1, 0, 1, ip(203, 0, 113, 1, 9)));
}

TEST(rtp_moves_to_another_port) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kFarPort, 1, 0, 1, kFarPort));
  CHECK(!latch_follow_rtp(&leg.rtcp.state, rtp_at(ip(198, 51, 100, 1, 9000))));
  CHECK(leg.rtcp.state.remote == kFarPort);
  leg.step(&leg.rtcp, other(3, ip(198, 51, 100, 1, 9001), 1, 0, 1, ip(198, 51, 100, 1, 9001)));
}

TEST(a_host_of_its_own_stays_when_rtp_moves) {
  Leg leg;
  leg.step(&leg.rtcp, other(2, kPeer, 2, 1000, 1, kPeer));
  CHECK(!latch_follow_rtp(&leg.rtcp.state, rtp_at(kFar2)));
  CHECK(leg.rtcp.state.remote == kPeer);
}

TEST(no_rtcp_port_behind_the_last_one) {
  Guarded rtcp(true);
  CHECK(!latch_follow_rtp(&rtcp.state, rtp_at(ip(192, 0, 2, 1, 65535))));
  CHECK(rtcp.state.remote.empty());
}
