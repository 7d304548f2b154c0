#include "latch_steps.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

// docs/latching.md: what happens on one RTP stream, and where its packets go at the end. Every rule of kLatchRules has
// to be among them, with the case just beside it.

const Scenario kNobodyFound[] = {
    {"the first comer is heard and gets media at once, wherever it is",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar)}},
    {"also without RTP, and when nothing was signalled", {other(1, kFar, 1, 20, 1, kFar)}},
    {"with any sequence numbers",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 9, 1, 1, kFar), rtp(1.02, kFar, 8, 9, 1, 1, kFar),
      rtp(1.04, kFar, 9, 2, 1, 1, kFar)}},
    {"the signalled host gets it from an unproven source with one packet",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 4, 4, kFar), rtp(1.07, kPeerPort, 8, 1, 1, 1, kPeerPort),
      rtp(1.08, kFar, 7, 5, 4, 0, kPeerPort), rtp(1.15, kPeerPort, 8, 2, 1, 1, kPeerPort)}},
    {"but the first comer comes back when that was all",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 4, 4, kFar), rtp(1.07, kPeerPort, 8, 1, 1, 1, kPeerPort),
      rtp(1.08, kFar, 7, 5, 5, 0, kPeerPort), rtp(1.18, kFar, 7, 10, 1, 1, kFar)}},
    {"in the first half second from a proven one, too",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 20, 20, kFar), rtp(1.49, kPeer, 8, 1, 1, 1, kPeer),
      rtp(1.5, kFar, 7, 21, 1, 0, kPeer)}},
    {"which has it back after 0.1 s when that was all, and does not lose it again like that",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 20, 20, kFar), rtp(1.4, kPeer, 8, 1, 1, 1, kPeer),
      rtp(1.42, kFar, 7, 21, 5, 1, kFar), rtp(1.51, kPeer, 8, 2, 2, 0, kFar)}},
    {"later with three",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 101, 101, kFar), rtp(3, kPeer, 8, 1, 2, 0, kFar),
      rtp(3.03, kFar, 7, 151, 1, 1, kFar), rtp(3.04, kPeer, 8, 3, 1, 1, kPeer), rtp(3.05, kFar, 7, 152, 9, 0, kPeer)}},
    {"or two when they are rare and the other is silent",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 101, 101, kFar), every(400, rtp(3.5, kPeer, 8, 1, 2, 1, kPeer))}},
    {"not with keep-alives, while the other sends",
     {signal(0, kPeer, kPeer), every(10, rtp(1, kFar, 7, 1, 300, 300, kFar)), other(3.99, kPeer, 1, 0, 0, kFar),
      rtp(4.1, kFar, 7, 301, 1, 1, kFar), other(4.2, kPeer, 1, 0, 0, kFar), rtp(4.3, kFar, 7, 302, 1, 1, kFar),
      other(4.4, kPeer, 1, 0, 0, kFar)}},
    {"not with one now and then",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 105, 105, kFar), rtp(3.09, kPeer, 8, 1, 1, 0, kFar),
      every(100, rtp(3.1, kFar, 7, 106, 60, 60, kFar)), rtp(5, kPeer, 8, 2, 1, 0, kFar)}},
    {"two unproven sources: media goes where signalling says",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(1.01, kFar2, 8, 1, 1, 0, kPeer)}},
    {"until one of them has sent more",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(1.01, kFar2, 8, 1, 1, 0, kPeer),
      rtp(1.02, kFar, 7, 2, 1, 1, kFar)}},
    {"five packets displace a single one, but not in less than 0.1 s",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(1.02, kFar2, 8, 1, 5, 1, kFar2)}},
    {"two rare ones, too",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), every(400, rtp(1.5, kFar2, 8, 1, 2, 1, kFar2))}},
    {"a second later without more the first comer has media again",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(1.5, kFar2, 8, 1, 1, 0, kPeer),
      review(2.49, 0, kPeer), review(2.5, 1, kFar), review(9, 0, kFar)}},
    {"who was alone for a second is no longer displaced",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(2.1, kFar2, 8, 1, 5, 0, kFar)}},
    {"sources that send now and then do not keep the party out",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 1, 1, 1, 1, kFar), rtp(1.001, kFar2, 2, 1, 1, 0, kPeer),
      rtp(1.002, kNeighbour, 3, 1, 1, 0, kPeer), rtp(1.003, kOther, 4, 1, 1, 0, kPeer),
      rtp(1.004, kLan, 4, 1, 1, 0, kPeer), rtp(1.2, ip(8, 8, 8, 8, 1), 5, 1, 5, 1, ip(8, 8, 8, 8, 1))}},
    {"rare packets of the signalled host keep the leg against a steady source",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.1, kFar, 8, 1, 90, 0, kPeer),
      rtp(2.9, kPeer, 7, 9, 1, 1, kPeer), rtp(2.91, kFar, 8, 91, 90, 0, kPeer), rtp(4.8, kPeer, 7, 10, 1, 1, kPeer)}},
};

const Scenario kPartyFound[] = {
    {"a stranger is not heard, whatever he sends",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 9, 9, kPeer), rtp(1.17, kFar, 7, 9000, 9, 0, kPeer),
      other(1.17, kFar, 9, 20, 0, kPeer), rtp(1.18, kPeer, 7, 10, 1, 1, kPeer)}},
    {"a second path of its stream is heard; media stays",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.17, kFar2, 7, 10, 1, 0, kFar),
      rtp(1.18, kFar, 7, 11, 1, 1, kFar), rtp(1.19, kFar2, 7, 12, 1, 1, kFar), rtp(1.2, kFar, 7, 11, 1, 1, kFar),
      rtp(1.21, kFar2, 7, 13, 1, 1, kFar)}},
    {"a guess of the SSRC is not enough",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.17, kFar2, 7, 9, 1, 0, kFar),
      rtp(1.18, kFar2, 7, 5000, 1, 0, kFar), rtp(1.19, kFar2, 7, 9, 1, 0, kFar)}},
    {"a stream that goes on elsewhere takes media along",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.18, kFar2, 7, 10, 4, 3, kFar),
      rtp(1.26, kFar2, 7, 14, 1, 1, kFar2)}},
    {"with two packets when they are rare",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), every(400, rtp(2, kFar2, 7, 10, 2, 1, kFar2))}},
    {"or when nobody else is heard for a second",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(2, kFar2, 7, 10, 2, 1, kFar),
      review(2.99, 0, kFar), review(3, 1, kFar2)}},
    {"not with one",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(2, kFar2, 7, 10, 1, 0, kFar),
      review(9, 0, kFar)}},
    {"also across the wrap, and with the other SSRC of two",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 65530, 5, 5, kFar), rtp(1.1, kFar, 8, 1, 5, 5, kFar),
      rtp(1.2, kFar2, 7, 65535, 4, 3, kFar), rtp(1.28, kFar2, 7, 3, 1, 1, kFar2)}},
    {"its single packet a second after, when nobody was found yet",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.5, kPeerPort, 8, 1, 1, 0, kPeer),
      review(2.49, 0, kPeer), review(2.5, 1, kPeerPort)}},
    {"not when it came just behind the other one's",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.19, kPeerPort, 8, 1, 1, 0, kPeer),
      review(60, 0, kPeer)}},
    {"another port of the signalled host after 0.2 s",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.1, kPeerPort, 8, 1, 5, 0, kPeer),
      rtp(1.2, kPeerPort, 8, 6, 1, 1, kPeerPort)}},
    {"after five seconds when they sent at the same time",
     {signal(0, kPeer, kPeer), rtp(1, kPeerPort, 8, 1, 1, 1, kPeerPort), rtp(1.01, kPeer, 7, 1, 1, 0, kPeerPort),
      rtp(1.02, kPeerPort, 8, 2, 4, 4, kPeerPort), rtp(1.09, kPeer, 7, 2, 251, 1, kPeer)}},
    {"another port of any other host likewise, after five packets",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.37, kFarPort, 8, 1, 5, 1, kFarPort)}},
    {"another host after two seconds",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), rtp(1.1, kFar, 8, 1, 95, 0, kPeer),
      rtp(3, kFar, 8, 96, 1, 1, kFar)}},
    {"after five when they sent at the same time",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), rtp(1.05, kFar, 8, 1, 1, 0, kPeer),
      rtp(1.1, kPeer, 7, 6, 2, 2, kPeer), rtp(1.13, kFar, 8, 2, 249, 0, kPeer), rtp(6.12, kFar, 8, 251, 1, 1, kFar)}},
    {"after two when their packets only crossed on the way",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), rtp(1.09, kFar, 8, 1, 1, 0, kPeer),
      rtp(1.1, kPeer, 7, 6, 1, 1, kPeer), rtp(1.11, kFar, 8, 2, 100, 0, kPeer), rtp(3.11, kFar, 8, 102, 1, 1, kFar)}},
    {"whoever held the leg last, too, also another port of the host",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.5, kFarPort, 8, 1, 5, 3, kFarPort),
      rtp(1.6, kFar, 9, 1, 3, 1, kFar), rtp(1.65, kFarPort, 8, 6, 9, 0, kFar)}},
    {"also with two when they are rare and the other is silent",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.5, kFarPort, 8, 1, 5, 3, kFarPort),
      every(400, rtp(2, kFar, 9, 1, 2, 1, kFar))}},
    {"the party takes the leg back with its next packets",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(1.2, kFar2, 8, 1, 110, 12, kFar2),
      rtp(3.5, kFar, 9, 1, 2, 0, kFar2), rtp(3.53, kFar2, 8, 111, 1, 1, kFar2), rtp(3.54, kFar, 9, 3, 1, 1, kFar)}},
    {"also from the last of many who took turns in its silence, and where it was not at home",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(3.2, kFar2, 7, 9000, 9, 5, kFar2),
      rtp(5.4, kOther, 8, 1, 5, 1, kOther), rtp(7.5, kNeighbour, 18, 1, 5, 1, kNeighbour),
      rtp(9.6, kPeer, 28, 1, 5, 1, kPeer), rtp(11.7, kLan, 38, 1, 5, 1, kLan), rtp(11.8, kFar2, 9, 1, 3, 1, kFar2)}},
    {"who held the leg and sends again did not send beside its successor",
     {signal(0, kPeer, kPeer), rtp(0.1, kFar, 7, 1, 1, 1, kFar), rtp(0.12, kFar2, 8, 1, 50, 46, kFar2),
      rtp(1.4, kFar, 9, 1, 86, 1, kFar)}},
    {"packets of one source count in a long silence, however rare they are",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), every(1500, rtp(9, kFar2, 8, 1, 4, 0, kFar)),
      review(60, 0, kFar), rtp(61, kFar2, 8, 5, 1, 1, kFar2)}},
    {"who was never found does not come back in a pause",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar2, 8, 1, 1, 1, kFar2), rtp(1.01, kFar, 7, 1, 100, 95, kFar),
      rtp(3.26, kFar2, 8, 2, 4, 0, kFar)}},
    {"single packets of several do nothing",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), rtp(9, kFar2, 8, 1, 2, 0, kFar),
      rtp(10, kFarPort, 8, 3, 2, 0, kFar), rtp(11, kPeer, 8, 5, 2, 0, kFar), review(60, 0, kFar)}},
};

const Scenario kSignalling[] = {
    {"the same address again: another source has 0.2 s and five packets to wait",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kPeer, kPeer),
      rtp(1.2, kFar, 8, 1, 4, 0, kPeer), rtp(1.28, kFar, 8, 5, 1, 1, kFar)}},
    {"also one that was sending before",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), rtp(1.05, kFar, 8, 1, 1, 0, kPeer),
      rtp(1.1, kPeer, 7, 6, 1, 1, kPeer), signal(1.15, kPeer, kPeer), rtp(1.16, kFar, 8, 2, 7, 0, kPeer),
      rtp(1.3, kFar, 8, 9, 1, 1, kFar)}},
    {"not when it came more than 10 s ago",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kPeer, kPeer),
      every(100, rtp(1.2, kPeer, 7, 6, 102, 102, kPeer)), rtp(11.5, kFar, 8, 1, 9, 0, kPeer)}},
    {"or one, when the holder has sent one only, and nobody else is heard for a second",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), signal(1.1, kPeer, kFar),
      rtp(1.2, kFar2, 8, 1, 1, 0, kPeer), review(2.2, 1, kFar2)}},
    {"but not when signalling points to the holder",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer), signal(1.1, kPeer, kPeer),
      rtp(1.2, kFar, 8, 1, 1, 0, kPeer), review(2.2, 0, kPeer)}},
    {"a hold changes nothing, nor does the first address",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), mode(2, Act::kHold, kPeer),
      rtp(2.1, kFar, 8, 1, 4, 0, kPeer)}},
    {"another address gets media at once when the party was as signalled, and the leg with its first packet",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kFar, kFar),
      rtp(1.11, kFarPort, 9, 1, 1, 1, kFarPort)}},
    {"who goes on where he was has media again",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kFar, kFar),
      rtp(1.11, kPeer, 7, 6, 1, 1, kPeer), rtp(1.12, kFar, 9, 1, 1, 1, kFar)}},
    {"media stays when the party was found elsewhere",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), signal(1.2, kPeer, kFar),
      rtp(1.21, kFar, 7, 10, 9, 9, kFar), rtp(1.38, kPeer, 9, 1, 1, 1, kPeer)}},
    {"another private address: another port of the NAT gets the leg with its first packet",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), signal(9, kPrivate2, kFar),
      rtp(9.3, kFarPort, 9, 1, 1, 1, kFarPort)}},
    {"from a stranger with its third",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), signal(9, kPrivate2, kFar),
      rtp(9.1, kFar2, 8, 1, 9, 5, kFar2), rtp(9.3, kFarPort, 9, 1, 3, 1, kFarPort)}},
    {"the public host stays known",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 9, 9, kFar), signal(9, kPrivate2, kFar),
      rtp(30, kFarPort, 9, 1, 3, 1, kFarPort)}},
    {"nobody at the new address: five packets of anybody",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kFar, kFar),
      rtp(1.12, kFar2, 9, 1, 9, 1, kFar2)}},
    {"not one, although nobody else is heard for a second; two do",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kFar, kFar),
      rtp(1.12, kFar2, 9, 1, 1, 0, kFar), review(2.12, 0, kFar), rtp(2.2, kFar2, 9, 2, 1, 1, kFar2)}},
    {"a spoofed packet from there keeps the party away for 0.1 s only",
     {signal(0, kPeer, kPeer), rtp(1, kPeer, 7, 1, 5, 5, kPeer), signal(1.1, kFar, kFar),
      rtp(1.15, kFar, 9, 1, 1, 1, kFar), rtp(1.17, kPeer, 8, 6, 4, 0, kFar), rtp(1.25, kPeer, 8, 10, 1, 1, kPeer)}},
};

const Scenario kAsymmetric[] = {
    {"any port of the host, nobody else",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), rtp(1, kPeerPort, 7, 1, 5, 5, kPeer),
      rtp(2, kFar, 7, 6, 500, 0, kPeer)}},
    {"from now on: where signalling says",
     {signal(0, kPrivate, kPrivate), rtp(1, kFar, 7, 1, 5, 5, kFar), mode(2, Act::kAsymmetric, kPrivate)}},
    {"every signalled address counts",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), rtp(1, kPeer, 7, 1, 1, 1, kPeer),
      signal(2, kFar, kFar), mode(2, Act::kAsymmetric, kFar), rtp(2, kPeer, 7, 2, 1, 0, kFar)}},
    {"an unknown address is learned",
     {mode(0, Act::kAsymmetric, kNone), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(1.2, kFarPort, 7, 9, 1, 1, kFar),
      rtp(1.3, kFar2, 7, 9, 9, 0, kFar)}},
    {"nothing is left of a contest",
     {signal(0, kPeer, kPeer), rtp(1, kFar, 7, 1, 1, 1, kFar), rtp(1.01, kFar2, 8, 1, 1, 0, kPeer),
      mode(1.1, Act::kAsymmetric, kPeer), review(2.2, 0, kPeer), rtp(2.3, kFar2, 8, 2, 1, 0, kPeer),
      rtp(2.4, kPeerPort, 9, 1, 1, 1, kPeer)}},
    {"symmetric again: it settles anew",
     {signal(0, kPeer, kPeer), mode(0, Act::kAsymmetric, kPeer), mode(1, Act::kSymmetric, kPeer),
      rtp(2, kPeerPort, 7, 1, 1, 1, kPeerPort)}},
};

template <size_t N>
std::set<std::string> play_all(const Scenario (&scenarios)[N]) {
  std::set<std::string> rules;
  for (const Scenario& scenario : scenarios) rules.merge(play(scenario, false));
  return rules;
}

}  // namespace

TEST(nobody_was_found) { play_all(kNobodyFound); }
TEST(the_party_was_found) { play_all(kPartyFound); }
TEST(signalling) { play_all(kSignalling); }
TEST(asymmetric) { play_all(kAsymmetric); }

TEST(every_rule_is_used) {
  std::set<std::string> used = play_all(kNobodyFound);
  used.merge(play_all(kPartyFound));
  used.merge(play_all(kSignalling));
  for (const LatchRule& rule : kLatchRules) {
    const Context context(rule.name);
    CHECK(used.contains(rule.name));
  }
}

TEST(ignored_sources_are_reported_a_few_times_each_once) {
  Guarded guarded;
  const LatchState none;
  apply(&guarded, none, signal(0, kPeer, kPeer));
  apply(&guarded, none, rtp(1, kPeer, 7, 1, 5, 5, kPeer));
  int reported = 0;
  for (int i = 0; i < 100; ++i) {
    for (int twice = 0; twice < 2; ++twice) {
      LatchNotes notes;
      CHECK(
          !latch_packet(&guarded.state, ip(203, 0, 113, 1, static_cast<uint16_t>(i)), nullptr, 1'090'000'000, &notes));
      CHECK(twice == 0 || !notes.ignored);
      CHECK(!notes.ignored || notes.reason == IgnoreReason::kHolderSends);
      reported += notes.ignored;
    }
  }
  CHECK_EQ(reported, 8);
  CHECK(guarded.state.ignored == ip(203, 0, 113, 1, 99));
}

TEST(a_move_is_told_from_a_new_source) {
  Guarded guarded;
  const LatchState none;
  apply(&guarded, none, signal(0, kPrivate, kPrivate));
  apply(&guarded, none, rtp(1, kFar, 7, 1, 9, 9, kFar));
  apply(&guarded, none, rtp(1.18, kFar2, 7, 10, 4, 3, kFar));
  RtpView view{};
  view.ssrc = 7;
  view.seq = 14;
  LatchNotes moved;
  CHECK(latch_packet(&guarded.state, kFar2, &view, 1'260'000'000, &moved));
  CHECK(moved.moved && moved.filled_in && moved.rtcp_follows && moved.taken && !moved.latched && !moved.relatched);
  CHECK_EQ(moved.moved_ssrc, 7u);
  CHECK_EQ(moved.evidence_packets, 5);
  CHECK_EQ(moved.evidence_ms, 80u);
}
