#include "check.h"
#include "relay_rig.h"

using namespace rtpp;
using namespace rtpp::test;

TEST(a_port_on_any_address_answers_from_where_the_peer_sends_to) {
  Call call;
  call.name_peers();
  for (Leg& leg : call.session.legs) {
    for (Stream* stream : {&leg.rtp, &leg.rtcp}) stream->port.local = endpoint("0.0.0.0", 40000);
  }
  Stream& callee_rtcp = call.session.legs[0].rtcp;
  Stream& caller_rtcp = call.session.legs[1].rtcp;
  const auto source = [&](Stream* stream, const Endpoint& from, const char* sent_to) {
    call.sent_to = endpoint(sent_to, 40000);
    call.receive(stream, from, rtp_bytes(1));
    CHECK_EQ(call.out.count, 1u);
    call.relay.flush(&call.out);
    return call.out.packets[0].source;
  };
  // The callee has not sent yet; the kernel chooses.
  CHECK(source(&call.caller, kCaller, "10.0.0.107") == nullptr);
  const Endpoint* to_caller = source(&call.callee, kCallee, "10.0.0.108");
  CHECK(to_caller != nullptr && to_caller->same_host(endpoint("10.0.0.107", 0)));
  const Endpoint* to_callee = source(&call.caller, kCaller, "10.0.0.107");
  CHECK(to_callee != nullptr && to_callee->same_host(endpoint("10.0.0.108", 0)));
  // RTCP goes by RTP until the party has sent some.
  const Endpoint* report = source(&callee_rtcp, rtcp_of(kCallee), "10.0.0.109");
  CHECK(report != nullptr && report->same_host(endpoint("10.0.0.107", 0)));
  report = source(&caller_rtcp, rtcp_of(kCaller), "10.0.0.107");
  CHECK(report != nullptr && report->same_host(endpoint("10.0.0.109", 0)));
  // Nothing comes from an address of a group.
  to_caller = source(&call.caller, kCaller, "224.0.0.7");
  CHECK(to_caller != nullptr && to_caller->same_host(endpoint("10.0.0.108", 0)));
  // Signalling sends the stream to another host, which may have another way to us.
  latch_signal(&call.caller.latch, kStranger, call.now);
  CHECK(source(&call.callee, kCallee, "10.0.0.108") == nullptr);
  // A port that is bound to one address needs nothing of it.
  latch_signal(&call.caller.latch, kCaller, call.now);
  CHECK(source(&call.callee, kCallee, "10.0.0.108") != nullptr);
  call.caller.port.local = endpoint("10.0.0.100", 40000);
  CHECK(source(&call.callee, kCallee, "10.0.0.108") == nullptr);
}

TEST(who_sends_in_the_same_batch_is_answered_from_there) {
  Call call;
  call.name_peers();
  for (Stream* stream : {&call.callee, &call.caller}) stream->port.local = endpoint("0.0.0.0", 40000);
  const Bytes first = rtp_bytes(1);
  call.sent_to = endpoint("10.0.0.107", 40000);
  call.receive(&call.caller, kCaller, first);
  call.sent_to = endpoint("10.0.0.108", 40000);
  call.out.packets[0].data = first.data();
  call.receive(&call.callee, kCallee, rtp_bytes(1));
  call.relay.flush(&call.out);
  const Endpoint* source = call.out.packets[0].source;
  CHECK(source != nullptr && source->same_host(endpoint("10.0.0.108", 0)));
}
