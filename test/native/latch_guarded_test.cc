#include "latch_steps.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

// The rules of docs/latching.md, one row each: what happens on one stream, and where its packets go at the end.

const Scenario kRtp[] = {
    // Ranks
    {"the signalled address settles with its first packet",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer)}},
    {"so does another port of the host", {signal(0, kPeer, kPeer), rtp(1, kPeerPort, 7, 1, 1, 1, kPeerPort)}},
    {"also with something other than RTP", {signal(0, kPeer, kPeer), other(1, kPeerPort, 1, 20, 1, kPeerPort)}},
    {"the signalled address replaces another port at once",
     {signal(0, kPeer, kPeer), rtp(1, kPeerPort, 7, 1, 9, 9, kPeerPort), rtp(1.17, kPeer, 8, 1, 1, 1, kPeer)}},
    {"it replaces a stranger at once",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 150, 50, kFar), rtp(4, kPeer, 8, 1, 1, 1, kPeer),
      rtp(4.01, kFar, 7, 151, 9, 0, kPeer)}},
    {"so does another port of its host",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 5, kFar), rtp(2, kPrivate2, 8, 1, 1, 1, kPrivate2)}},
    {"the network of the peer replaces the rest of the world after its probation",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 150, 50, kFar), rtp(4, kNear, 8, 1, 30, 5, kNear)}},
    {"not the other way round",
     {signal(0, kPeer, kPeer), rtp(1, kNear, 7, 1, 30, 5, kNear), rtp(1.7, kFar, 8, 1, 300, 0, kNear)}},

    // Probation
    {"one packet of a stranger changes nothing", {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 1, 0, kPrivate)}},
    {"behind NAT five packets settle", {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 65533, 6, 2, kFar)}},
    {"the same sequence number again does not count",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 1, 0, kPrivate), rtp(1.1, kFar, 7, 1, 1, 0, kPrivate),
      rtp(1.2, kFar, 7, 2, 2, 0, kPrivate), rtp(1.3, kFar, 7, 4, 2, 1, kFar)}},
    {"another SSRC begins anew",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 4, 0, kPrivate), rtp(1.1, kFar, 8, 5, 4, 0, kPrivate),
      rtp(1.2, kFar, 8, 9, 1, 1, kFar)}},
    {"so does a leap of the sequence",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 4, 0, kPrivate), rtp(1.1, kFar, 7, 5000, 4, 0, kPrivate)}},
    {"packets of different sources do not add up",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 3, 0, kPrivate), rtp(1.1, kFarPort, 7, 4, 3, 0, kPrivate)}},
    {"nor do they harm one another",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 4, 0, kPrivate), rtp(1.1, kFar2, 9, 1, 4, 0, kPrivate),
      rtp(1.2, kFar, 7, 5, 1, 1, kFar), rtp(1.21, kFar2, 9, 5, 9, 0, kFar)}},
    {"more sources than places: the first ones keep them while they send",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 1, 1, 3, 0, kPrivate), rtp(1.1, kFar2, 2, 1, 3, 0, kPrivate),
      rtp(1.2, kNear, 3, 1, 3, 0, kPrivate), rtp(1.3, kOther, 4, 1, 5, 0, kPrivate),
      rtp(2, kOther, 4, 6, 5, 1, kOther)}},
    {"payload types that signalling did not name do not count",
     {types({0, 8}), signal(0, kPrivate, kPrivate), with_type(rtp(1, kFar, 7, 1, 50, 0, kPrivate), 18),
      with_type(rtp(2, kFar, 7, 51, 5, 1, kFar), 8)}},
    {"the settled source may send what it likes",
     {types({0}), signal(0, kPeer, kPeer), with_type(rtp(1, kPeer, 7, 1, 5, 5, kPeer), 18)}},
    {"nothing signalled: five packets", {rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(2, kFar2, 8, 1, 100, 0, kFar)}},

    // The peer may yet send from where signalling says
    {"a public address gets half a second's start before its network",
     {signal(0, kPeer, kPeer), rtp(1, kNear, 7, 1, 25, 0, kPeer), rtp(1.5, kNear, 7, 26, 1, 1, kNear)}},
    {"and two seconds before everybody else",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 100, 0, kPeer), rtp(3, kFar, 7, 101, 1, 1, kFar)}},
    {"a private one too, before sources of the same private network",
     {signal(0, kPrivate, kPrivate), rtp(1, kLan, 7, 1, 100, 0, kPrivate), rtp(3, kLan, 7, 101, 1, 1, kLan)}},
    {"a stranger who never stops gets nothing while the peer is there",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 50, 0, kPeer), rtp(2, kPeer, 8, 1, 1, 1, kPeer),
      rtp(2.01, kFar, 7, 51, 500, 0, kPeer)}},

    // Without RTP
    {"behind NAT: five packets of T.38", {signal(0, kPrivate, kPrivate), other(1, kFar, 6, 30, 2, kFar)}},
    {"or two keep-alives a second apart",
     {signal(0, kPrivate, kPrivate), other(1, kFar, 1, 0, 0, kPrivate), other(2, kFar, 1, 0, 1, kFar)}},
    {"a stream of RTP is not helped by anything else",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 2, 0, kPrivate), other(1.1, kFar, 60, 20, 0, kPrivate)}},
    {"keep-alives of the settled source: it still has its key",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), other(2, kPeer, 1, 20, 1, kPeer),
      rtp(3, kPeerPort, 7, 2, 1, 1, kPeerPort)}},
    {"a source that has sent no RTP: another port of the host, after 200 ms",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 20, 1, kPeer), rtp(1.1, kPeerPort, 7, 1, 1, 0, kPeer),
      rtp(1.3, kPeerPort, 7, 2, 1, 1, kPeerPort)}},
    {"but no other host",
     {signal(0, kPeer, kPeer), other(1, kPeer, 1, 20, 1, kPeer), rtp(5, kFar, 7, 1, 500, 0, kPeer)}},

    // Moving without signalling
    {"same SSRC, next number, 200 ms of silence: another port at once",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), rtp(1.1, kPeerPort, 7, 6, 9, 0, kPeer),
      rtp(1.28, kPeerPort, 7, 15, 5, 5, kPeerPort)}},
    {"another host: five packets of silence too",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(1.1, kFar2, 7, 6, 9, 0, kFar),
      rtp(1.28, kFar2, 7, 15, 1, 1, kFar2)}},
    {"not by one packet after a long silence",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(9, kFar2, 7, 6, 1, 0, kFar)}},
    {"not while the settled source sends",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.05, kFar, 7, 2, 7, 0, kPeer),
      rtp(1.19, kPeer, 7, 8, 1, 1, kPeer), rtp(1.2, kFar, 7, 9, 7, 0, kPeer), rtp(1.38, kPeer, 7, 17, 1, 1, kPeer)}},
    {"not with another SSRC",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(2, kFar, 8, 2, 500, 0, kPeer)}},
    {"not with a number from before, nor from far ahead",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 100, 1, 1, kPeer), rtp(1.5, kPeerPort, 7, 99, 1, 0, kPeer),
      rtp(1.5, kPeerPort, 7, 100 + 536 + 51, 1, 0, kPeer), rtp(1.5, kPeerPort, 7, 100 + 536 + 50, 1, 1, kPeerPort)}},
    {"the peer comes back to where signalling says",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(2, kFar, 7, 2, 5, 1, kFar),
      rtp(2.1, kPeer, 7, 7, 1, 1, kPeer)}},
    {"another port of the host with another SSRC: after two seconds",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 1, kFar), rtp(1.2, kFarPort, 9, 1, 94, 0, kFar),
      rtp(3.08, kFarPort, 9, 95, 1, 1, kFarPort)}},
};

}  // namespace

TEST(packets) { run(kRtp, false); }
