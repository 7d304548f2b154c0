#include "io/icmp_message.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <cerrno>
#include <cstdint>

#include "base/udp_headers.h"
#include "check.h"
#include "icmp_bytes.h"
#include "udp_peer.h"

using rtpp::Endpoint;
using rtpp::parse_icmp4;
using rtpp::parse_icmp6;
using rtpp::Unreachable;
using rtpp::test::Bytes;
using rtpp::test::endpoint;
using rtpp::test::icmp4_bytes;
using rtpp::test::icmp6_bytes;

namespace {

const Endpoint kLocal = endpoint("203.0.113.1", 35000);
const Endpoint kRemote = endpoint("192.0.2.7", 4000);
const Endpoint kLocal6 = endpoint("2001:db8::1", 35000);
const Endpoint kRemote6 = endpoint("2001:db8::7", 4000);

/** The error of an ICMP message about a datagram of ours; 0: there is none. */
int error4(uint8_t type, uint8_t code) {
  const Bytes bytes = icmp4_bytes(type, code, kLocal, kRemote);
  const auto found = parse_icmp4(bytes.data(), bytes.size());
  return found ? found->error : 0;
}

int error6(uint8_t type, uint8_t code) {
  const Bytes bytes = icmp6_bytes(type, code, kLocal6, kRemote6);
  const auto found = parse_icmp6(bytes.data(), bytes.size());
  return found ? found->error : 0;
}

}  // namespace

TEST(it_tells_which_datagram_did_not_arrive_and_why) {
  const Bytes bytes = icmp4_bytes(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, kLocal, kRemote);
  const auto found = parse_icmp4(bytes.data(), bytes.size());
  CHECK(found.has_value());
  CHECK(found->local == kLocal);
  CHECK(found->remote == kRemote);
  CHECK_EQ(found->error, ECONNREFUSED);
  const Bytes bytes6 = icmp6_bytes(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, kLocal6, kRemote6);
  const auto found6 = parse_icmp6(bytes6.data(), bytes6.size());
  CHECK(found6.has_value());
  CHECK(found6->local == kLocal6);
  CHECK(found6->remote == kRemote6);
  CHECK_EQ(found6->error, ECONNREFUSED);
}

TEST(errors_are_those_of_the_kernel) {
  CHECK_EQ(error4(ICMP_DEST_UNREACH, ICMP_NET_UNREACH), ENETUNREACH);
  CHECK_EQ(error4(ICMP_DEST_UNREACH, ICMP_HOST_UNREACH), EHOSTUNREACH);
  CHECK_EQ(error4(ICMP_DEST_UNREACH, ICMP_PKT_FILTERED), EHOSTUNREACH);
  CHECK_EQ(error4(ICMP_TIME_EXCEEDED, ICMP_EXC_TTL), EHOSTUNREACH);
  CHECK_EQ(error4(ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED), 0);
  CHECK_EQ(error4(ICMP_TIME_EXCEEDED, ICMP_EXC_FRAGTIME), 0);
  CHECK_EQ(error4(ICMP_ECHOREPLY, 0), 0);
  CHECK_EQ(error6(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOROUTE), ENETUNREACH);
  CHECK_EQ(error6(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_ADMIN), EHOSTUNREACH);
  CHECK_EQ(error6(ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_TRANSIT), EHOSTUNREACH);
  CHECK_EQ(error6(ICMP6_TIME_EXCEEDED, ICMP6_TIME_EXCEED_REASSEMBLY), 0);
  CHECK_EQ(error6(ICMP6_PACKET_TOO_BIG, 0), 0);
}

TEST(what_is_cut_off_or_about_something_else_is_passed_over) {
  const Bytes whole = icmp4_bytes(ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, kLocal, kRemote);
  const size_t needed = whole.size() - 4;
  for (size_t size = 0; size <= whole.size(); ++size) {
    // In memory of its own, so that what is read behind it is seen.
    const Bytes cut(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    CHECK_EQ(parse_icmp4(cut.data(), cut.size()).has_value(), size >= needed);
  }
  const Bytes whole6 = icmp6_bytes(ICMP6_DST_UNREACH, ICMP6_DST_UNREACH_NOPORT, kLocal6, kRemote6);
  for (size_t size = 0; size <= whole6.size(); ++size) {
    const Bytes cut(whole6.begin(), whole6.begin() + static_cast<ptrdiff_t>(size));
    CHECK_EQ(parse_icmp6(cut.data(), cut.size()).has_value(), size >= whole6.size() - 4);
  }
  const auto changed = [&whole](size_t at, uint8_t value) {
    Bytes bytes = whole;
    bytes[at] = value;
    return parse_icmp4(bytes.data(), bytes.size()).has_value();
  };
  const size_t inner = rtpp::kIpv4Header + 8;
  CHECK(!changed(0, 0x65));
  CHECK(!changed(0, 0x44));
  CHECK(!changed(inner, 0x65));
  CHECK(!changed(inner, 0x44));
  CHECK(!changed(inner, 0x4f));
  CHECK(!changed(inner + 9, IPPROTO_TCP));
  // A later fragment has no ports.
  CHECK(!changed(inner + 7, 1));
}
