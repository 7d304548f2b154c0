#include "latch/latch.h"

#include <string>

#include "check.h"
#include "latch_scenario.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

const Endpoint kA = at(1, 1000);
const Endpoint kA2 = at(1, 2000);  // same host, other port
const Endpoint kB = at(2, 1000);
const Endpoint kC = at(3, 1000);
const Endpoint kNone;

// The numbers are sections of media.md.
const Scenario kScenarios[] = {
    // 2.1
    {"signalled address is where packets go", {signal(1, kA, "prefilled", kA)}},
    {"equal address changes nothing", {signal(1, kA, "prefilled", kA), signal(2, kA, "", kA)}},
    {"another address replaces it", {signal(1, kA, "prefilled", kA), signal(2, kB, "prefilled", kB)}},
    {"other port is another address", {signal(1, kA, "prefilled", kA), signal(2, kA2, "prefilled", kA2)}},
    {"learned address is not overwritten", {takes(1, kA, 7, 1, "filled_in", kA), signal(2, kB, "", kA)}},

    // 2.2, nothing known
    {"first packet is learned and settles", {takes(1, kA, 7, 1, "filled_in", kA), ignores(2, kB, 7, 2, kA)}},
    {"no other source without a key, not even with the right SSRC",
     {takes(1, kA, 7, 1, "filled_in", kA), takes(2, kA, 7, 2, "", kA), ignores(3, kB, 7, 3, kA)}},
    {"a change of SSRC gives the learned source a key",
     {takes(1, kA, 7, 1, "filled_in", kA), new_ssrc(2, 8, 50, "relatched", kA),
      takes(3, kB, 8, 51, "moved<50 filled_in", kB)}},
    {"first packet need not be RTP", {takes_other(1, kA, "filled_in", kA), ignores(2, kB, 7, 1, kA)}},

    // 2.2, signalled address
    {"signalled source settles", {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 1, "latched", kA)}},
    {"settles once",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 1, "latched", kA), takes(3, kA, 7, 2, "", kA),
      takes_other(4, kA, "", kA)}},
    {"another source first: learned at once, signalled one ignored",
     {signal(1, kA, "prefilled", kA), takes(2, kB, 7, 1, "latched filled_in", kB), ignores(3, kA, 9, 1, kB)}},
    {"same host, other port is another source",
     {signal(1, kA, "prefilled", kA), takes(2, kA2, 7, 1, "latched filled_in", kA2)}},
    {"settled: other SSRC is ignored",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 1, "latched", kA), ignores(3, kB, 8, 2, kA)}},
    {"settled: junk from elsewhere is ignored",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 1, "latched", kA), ignores_other(3, kB, kA)}},
    {"key and the same sequence number take over",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA),
      takes(2.5, kB, 7, 100, "moved<100 filled_in", kB)}},
    {"key and 536 ahead take over",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA),
      takes(2.5, kB, 7, 636, "moved<100 filled_in", kB)}},
    {"key and 537 ahead are ignored",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), ignores(2.5, kB, 7, 637, kA)}},
    {"key and one behind are ignored",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), ignores(2.5, kB, 7, 99, kA)}},
    {"distance counts across the wrap",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 65500, "latched", kA),
      takes(2.5, kB, 7, 500, "moved<65500 filled_in", kB)}},
    {"the new source can lose the stream again",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA),
      takes(2.1, kB, 7, 110, "moved<100 filled_in", kB), takes(2.2, kA, 7, 111, "moved<110 filled_in", kA)}},

    // 2.2, sync
    {"known sequence number is renewed after a second",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), takes(3, kA, 7, 2000, "", kA),
      takes(3.1, kB, 7, 2100, "moved<2000 filled_in", kB)}},
    {"and not before",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), takes(2.9, kA, 7, 2000, "", kA),
      ignores(3, kB, 7, 2001, kA), takes(3, kB, 7, 200, "moved<100 filled_in", kB)}},
    {"and not by another SSRC",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), takes(4, kA, 8, 2000, "", kA),
      takes(4, kB, 7, 200, "moved<100 filled_in", kB)}},

    // 2.2, SSRC 0 and junk
    {"SSRC 0 does not settle, every source may take over",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 0, 1, "not_latched", kA), takes(3, kA, 0, 2, "not_latched", kA),
      takes(4, kB, 9, 1, "latched filled_in", kB)}},
    {"junk settles without a key",
     {signal(1, kA, "prefilled", kA), takes_other(2, kA, "latched", kA), takes(3, kA, 7, 1, "", kA),
      ignores(4, kB, 7, 2, kA)}},
    {"a change to SSRC 0 opens the stream",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 1, "latched", kA), new_ssrc(3, 0, 9, "not_latched", kA),
      takes(4, kB, 8, 1, "latched filled_in", kB)}},
    {"a change of SSRC makes it the key",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 1, "latched", kA), takes(3, kA, 8, 700, "", kA),
      new_ssrc(3, 8, 700, "relatched", kA), ignores(4, kB, 7, 2, kA), takes(4, kB, 8, 701, "moved<700 filled_in", kB)}},

    // 2.2, update window
    {"any RTP source takes over within 10 s of a signalled address",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kB, "prefilled", kB),
      takes(13, kC, 99, 5, "moved<100 filled_in", kC)}},
    {"also when the address is the same",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kA, "", kA),
      takes(4, kC, 99, 5, "moved<100 filled_in", kC)}},
    {"and every packet flips it again",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kB, "prefilled", kB),
      takes(4, kA, 7, 101, "moved<100 filled_in", kA), takes(4, kB, 8, 9, "moved<101 filled_in", kB)}},
    {"not junk",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kB, "prefilled", kB),
      ignores_other(4, kC, kB)}},
    {"not without a key", {takes(1, kA, 7, 1, "filled_in", kA), signal(2, kB, "", kA), ignores(3, kB, 7, 2, kA)}},
    {"not after 10 s",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kB, "prefilled", kB),
      ignores(13.001, kC, 99, 5, kB)}},
    {"after a flip signalling has no say any more",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kB, "prefilled", kB),
      takes(4, kA, 7, 101, "moved<100 filled_in", kA), signal(5, kC, "", kA)}},
    {"nothing settles in the window, until it is over",
     {signal(1, kA, "prefilled", kA), signal(2, kB, "prefilled", kB), takes(3, kB, 7, 1, "", kB),
      takes(11.999, kB, 7, 2, "", kB), takes(12, kB, 7, 3, "latched", kB)}},
    {"a change of SSRC in the window does not change the key",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), signal(3, kA, "", kA),
      new_ssrc(4, 8, 500, "", kA), ignores(14, kB, 8, 501, kA), takes(14, kB, 7, 101, "moved<100 filled_in", kB)}},
    {"a late packet of the replaced address is learned and does not settle",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 0, 1, "not_latched", kA), mode(2, Act::kAsymmetric, kA),
      signal(3, kB, "prefilled", kB), mode(3, Act::kSymmetric, kB), new_ssrc(13, 0, 9, "not_latched", kB),
      signal(14, kB, "", kB), takes(15, kA, 7, 2, "filled_in", kA), takes(16, kC, 8, 3, "filled_in", kC),
      ignores(30, kA, 9, 1, kC)}},

    // 2.4
    {"asymmetric: any port of the host",
     {signal(1, kA, "prefilled", kA), mode(1, Act::kAsymmetric, kA), takes(2, kA2, 7, 1, "", kA),
      takes_other(3, kA2, "", kA)}},
    {"asymmetric: no other host, whatever the SSRC",
     {signal(1, kA, "prefilled", kA), mode(1, Act::kAsymmetric, kA), takes(2, kA, 7, 1, "", kA),
      ignores(3, kB, 7, 2, kA)}},
    {"asymmetric: no window",
     {signal(1, kA, "prefilled", kA), mode(1, Act::kAsymmetric, kA), takes(2, kA, 7, 1, "", kA),
      signal(3, kB, "prefilled", kB), ignores(4, kA, 7, 2, kB)}},
    {"asymmetric: a change of SSRC leaves no trace",
     {signal(1, kA, "prefilled", kA), mode(1, Act::kAsymmetric, kA), takes(2, kA, 7, 1, "", kA),
      new_ssrc(3, 8, 5, "", kA), mode(4, Act::kSymmetric, kA), ignores(5, kB, 8, 6, kA)}},
    {"asymmetric: unknown address is learned, and kept",
     {mode(1, Act::kAsymmetric, kNone), takes(2, kA, 7, 1, "filled_in", kA), takes(3, kA2, 7, 2, "", kA),
      signal(4, kB, "", kA)}},
    {"symmetric again: still settled, and without a key",
     {signal(1, kA, "prefilled", kA), mode(1, Act::kAsymmetric, kA), takes(2, kA2, 7, 1, "", kA),
      mode(3, Act::kSymmetric, kA), ignores(4, kA2, 7, 2, kA), takes(5, kA, 7, 3, "", kA)}},

    // 2.5
    {"hold is noted once and leaves the address",
     {signal(1, kA, "prefilled", kA), hold(2, "on_hold", kA), hold(3, "", kA), takes(4, kA, 7, 1, "latched", kA)}},
    {"the next address ends it",
     {signal(1, kA, "prefilled", kA), hold(2, "on_hold", kA), signal(3, kA, "off_hold", kA), signal(4, kA, "", kA)}},
    {"also one that is not taken over",
     {takes(1, kA, 7, 1, "filled_in", kA), hold(2, "on_hold", kA), signal(3, kB, "off_hold", kA)}},
    {"hold opens no window",
     {signal(1, kA, "prefilled", kA), takes(2, kA, 7, 100, "latched", kA), hold(3, "on_hold", kA),
      ignores(4, kB, 99, 5, kA)}},
    {"port 0 is an address", {signal(1, at(1, 0), "prefilled", at(1, 0)), takes(2, kA, 7, 1, "latched filled_in", kA)}},

    // RTCP streams: never RTP, so never a key
    {"RTCP: once settled no other source",
     {signal(1, kA, "prefilled", kA), takes_other(2, kA, "latched", kA), signal(3, kA, "", kA),
      ignores_other(4, kB, kA)}},
    {"RTCP: first packet may correct the signalled address",
     {signal(1, kA, "prefilled", kA), takes_other(2, kB, "latched filled_in", kB), ignores_other(3, kA, kB)}},
};

}  // namespace

namespace {

LatchState rtp_at(const Endpoint& remote) {
  LatchState rtp;
  rtp.remote = remote;
  return rtp;
}

}  // namespace

TEST(scenarios) {
  for (const Scenario& scenario : kScenarios) {
    const Context context(scenario.name);
    LatchState state;
    int number = 0;
    for (const Step& step : scenario.steps) {
      const Context at_step("step " + std::to_string(++number));
      LatchNotes notes;
      CHECK_EQ(run(&state, step, &notes), step.accepted);
      CHECK_EQ(describe(notes), std::string(step.notes));
      CHECK(state.remote == step.remote);
    }
  }
}

TEST(rtcp_guess_fills_an_unknown_address) {
  LatchState rtcp;
  CHECK(latch_follow_rtp(&rtcp, rtp_at(kA)));
  CHECK(rtcp.remote == at(1, 1001));
  CHECK(!rtcp.latched);
  LatchNotes notes;
  CHECK(latch_packet(&rtcp, at(1, 7777), nullptr, 1, &notes));
  CHECK_EQ(describe(notes), std::string("latched filled_in"));
}

TEST(rtcp_guess_replaces_another_host) {
  LatchState rtcp;
  latch_signal(&rtcp, at(2, 1001), 1);
  LatchNotes notes;
  CHECK(latch_packet(&rtcp, at(2, 1001), nullptr, 1, &notes));
  CHECK(latch_follow_rtp(&rtcp, rtp_at(kA)));
  CHECK(rtcp.remote == at(1, 1001));
  CHECK(!rtcp.latched);
}

TEST(rtcp_guess_leaves_the_same_host_alone) {
  LatchState rtcp;
  latch_signal(&rtcp, at(1, 5555), 1);
  CHECK(!latch_follow_rtp(&rtcp, rtp_at(kA)));
  CHECK(rtcp.remote == at(1, 5555));
}

TEST(rtcp_guess_of_an_asymmetric_stream_is_settled) {
  LatchState rtcp;
  latch_set_asymmetric(&rtcp, true, 0);
  CHECK(latch_follow_rtp(&rtcp, rtp_at(kA)));
  CHECK(rtcp.latched);
}

TEST(no_rtcp_guess_behind_the_last_port) {
  LatchState rtcp;
  CHECK(!latch_follow_rtp(&rtcp, rtp_at(at(1, 65535))));
  CHECK(rtcp.remote.empty());
}
