#include "access/policy.h"

#include "access/host_addresses.h"
#include "check.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

HostAddresses host() {
  return {{endpoint("10.0.0.5", 0), endpoint("2001:db8::5", 0)}, {endpoint("10.0.0.255", 0)}, {}};
}

PeerBlock block(const char* address, uint8_t prefix, uint16_t first = 0, uint16_t last = 65535) {
  return {endpoint(address, 0), prefix, first, last};
}

Denial judge(const AccessRules& rules, const char* address, uint16_t port) {
  return AccessPolicy(1, rules, host()).judge(endpoint(address, port));
}

AccessRules control(const char* address, uint16_t port) {
  AccessRules rules;
  rules.control.push_back(endpoint(address, port));
  return rules;
}

void check_denial(const AccessRules& rules, const char* address, uint16_t port, Denial expected) {
  const Context context(address);
  CHECK_EQ(static_cast<int>(judge(rules, address, port)), static_cast<int>(expected));
}

}  // namespace

TEST(a_control_socket_is_denied_where_it_is_bound) {
  const AccessRules rules = control("127.0.0.1", 22222);
  for (const char* address : {"127.0.0.1", "0.0.0.0", "::ffff:127.0.0.1"}) {
    check_denial(rules, address, 22222, Denial::kControl);
  }
  for (const char* address : {"127.0.0.2", "10.0.0.5", "::1", "192.0.2.1"}) {
    check_denial(rules, address, 22222, Denial::kNone);
  }
  check_denial(rules, "127.0.0.1", 22224, Denial::kNone);
}

TEST(a_control_socket_of_the_any_address_is_denied_at_every_address_of_the_host) {
  for (const char* any : {"0.0.0.0", "::"}) {
    const AccessRules rules = control(any, 22222);
    for (const char* address : {"127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.5", "::ffff:10.0.0.5"}) {
      check_denial(rules, address, 22222, Denial::kControl);
    }
    check_denial(rules, "192.0.2.1", 22222, Denial::kNone);
  }
  // The socket of the IPv4 any-address has no IPv6 address.
  check_denial(control("0.0.0.0", 22222), "2001:db8::5", 22222, Denial::kNone);
  for (const char* address : {"::", "::1", "2001:db8::5"}) {
    check_denial(control("::", 22222), address, 22222, Denial::kControl);
  }
}

TEST(addresses_of_local_routes_are_the_hosts_too) {
  HostAddresses addresses = host();
  addresses.routed = {block("198.51.100.0", 24), block("2001:db8:5::", 64)};
  const AccessPolicy policy(1, control("::", 22222), addresses);
  for (const char* address : {"198.51.100.7", "2001:db8:5::7"}) {
    CHECK(policy.judge(endpoint(address, 22222)) == Denial::kControl);
    CHECK(policy.judge(endpoint(address, 53)) == Denial::kWellKnown);
    CHECK(policy.ours(endpoint(address, 5004)));
  }
  CHECK(policy.reaches(endpoint("198.51.100.7", 5004), endpoint("0.0.0.0", 5004)));
  CHECK(policy.judge(endpoint("198.51.101.7", 22222)) == Denial::kNone);
}

TEST(a_media_port_of_the_IPv6_any_address_has_no_IPv4_one) {
  const AccessPolicy policy(1, {}, host());
  CHECK(policy.reaches(endpoint("2001:db8::5", 5004), endpoint("::", 5004)));
  for (const char* address : {"127.0.0.1", "10.0.0.5", "::ffff:10.0.0.5"}) {
    CHECK(!policy.reaches(endpoint(address, 5004), endpoint("::", 5004)));
  }
}

TEST(a_control_socket_is_denied_at_the_address_that_is_advertised_for_its_own) {
  AccessRules rules = control("10.0.0.5", 22222);
  rules.aliases.push_back({endpoint("203.0.113.5", 0), endpoint("10.0.0.5", 0)});
  rules.aliases.push_back({endpoint("203.0.113.6", 0), endpoint("10.0.0.6", 0)});
  check_denial(rules, "203.0.113.5", 22222, Denial::kControl);
  check_denial(rules, "203.0.113.6", 22222, Denial::kNone);
  rules.control[0] = endpoint("0.0.0.0", 22222);
  check_denial(rules, "203.0.113.6", 22222, Denial::kControl);
  // What is advertised for the any-address is so for each one.
  rules.control[0] = endpoint("10.0.0.5", 22222);
  rules.aliases[1].local = endpoint("0.0.0.0", 0);
  check_denial(rules, "203.0.113.6", 22222, Denial::kControl);
  check_denial(rules, "203.0.113.6", 53, Denial::kWellKnown);
}

TEST(nothing_opens_the_way_to_a_control_socket) {
  AccessRules rules = control("127.0.0.1", 22222);
  rules.allow.push_back(PeerBlock{});
  check_denial(rules, "127.0.0.1", 22222, Denial::kControl);
}

TEST(multicast_broadcast_and_low_ports_of_the_host_are_denied_by_default) {
  check_denial({}, "224.0.0.1", 5004, Denial::kMulticast);
  check_denial({}, "239.255.255.255", 5004, Denial::kMulticast);
  check_denial({}, "ff02::1", 5004, Denial::kMulticast);
  check_denial({}, "255.255.255.255", 5004, Denial::kBroadcast);
  check_denial({}, "10.0.0.255", 5004, Denial::kBroadcast);
  check_denial({}, "127.0.0.1", 53, Denial::kWellKnown);
  check_denial({}, "10.0.0.5", 1023, Denial::kWellKnown);
  check_denial({}, "::1", 161, Denial::kWellKnown);
  check_denial({}, "::ffff:10.0.0.5", 53, Denial::kWellKnown);
}

TEST(everything_else_is_allowed_by_default) {
  check_denial({}, "127.0.0.1", 1024, Denial::kNone);
  check_denial({}, "10.0.0.5", 40000, Denial::kNone);
  check_denial({}, "10.0.0.9", 53, Denial::kNone);
  check_denial({}, "223.255.255.255", 5004, Denial::kNone);
  check_denial({}, "240.0.0.1", 5004, Denial::kNone);
  check_denial({}, "169.254.169.254", 8080, Denial::kNone);
  check_denial({}, "2001:db8::9", 53, Denial::kNone);
  // There is no stream.
  check_denial({}, "10.0.0.5", 0, Denial::kNone);
}

TEST(an_own_address_is_no_broadcast_address) {
  HostAddresses addresses = host();
  addresses.broadcast.push_back(endpoint("10.0.0.5", 0));
  CHECK(AccessPolicy(1, {}, addresses).judge(endpoint("10.0.0.5", 5004)) == Denial::kNone);
}

TEST(lists_deny_blocks_and_ports_and_exceptions_go_first) {
  AccessRules rules;
  rules.deny = {block("10.0.0.0", 8), block("192.0.2.128", 25), block("198.51.100.1", 32, 5000, 5010),
                block("2001:db8::", 33)};
  rules.allow = {block("10.1.2.0", 24), block("239.0.0.0", 8), block("127.0.0.1", 32, 53, 53)};
  check_denial(rules, "10.0.0.1", 4000, Denial::kListed);
  check_denial(rules, "::ffff:10.0.0.1", 4000, Denial::kListed);
  check_denial(rules, "10.1.2.3", 4000, Denial::kNone);
  check_denial(rules, "11.0.0.1", 4000, Denial::kNone);
  check_denial(rules, "192.0.2.127", 4000, Denial::kNone);
  check_denial(rules, "192.0.2.128", 4000, Denial::kListed);
  check_denial(rules, "198.51.100.1", 4999, Denial::kNone);
  check_denial(rules, "198.51.100.1", 5010, Denial::kListed);
  check_denial(rules, "2001:db8:7fff::1", 4000, Denial::kListed);
  check_denial(rules, "2001:db8:8000::1", 4000, Denial::kNone);
  check_denial(rules, "239.1.1.1", 4000, Denial::kNone);
  check_denial(rules, "127.0.0.1", 53, Denial::kNone);
  check_denial(rules, "127.0.0.1", 54, Denial::kWellKnown);
}

TEST(a_block_without_a_family_is_every_address) {
  AccessRules rules;
  rules.deny.push_back({Endpoint{}, 0, 1, 1023});
  for (const char* address : {"192.0.2.1", "2001:db8::9"}) {
    check_denial(rules, address, 1023, Denial::kListed);
    check_denial(rules, address, 1024, Denial::kNone);
  }
}

TEST(addresses_are_ours_by_interface_or_by_advertisement) {
  AccessRules rules;
  rules.aliases.push_back({endpoint("203.0.113.5", 0), endpoint("10.0.0.5", 0)});
  const AccessPolicy policy(1, rules, host());
  for (const char* address : {"10.0.0.5", "127.0.0.7", "::1", "203.0.113.5", "::ffff:10.0.0.5"}) {
    CHECK(policy.ours(endpoint(address, 4000)));
  }
  CHECK(!policy.ours(endpoint("192.0.2.1", 4000)));
}

TEST(the_addresses_of_the_interfaces_are_read) {
  HostAddresses found;
  CHECK_EQ(read_host_addresses(&found), 0);
  for (const Endpoint& address : found.own) {
    CHECK(!address.empty());
    CHECK_EQ(address.port, 0);
  }
}
