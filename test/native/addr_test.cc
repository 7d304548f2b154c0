#include "base/addr.h"

#include "check.h"

using rtpp::Endpoint;

namespace {

Endpoint v4(const char* text, uint16_t port) {
  sockaddr_in addr{};
  addr.sin_family = AF_INET;
  addr.sin_port = htons(port);
  CHECK_EQ(inet_pton(AF_INET, text, &addr.sin_addr), 1);
  return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&addr));
}

Endpoint v6(const char* text, uint16_t port) {
  sockaddr_in6 addr{};
  addr.sin6_family = AF_INET6;
  addr.sin6_port = htons(port);
  addr.sin6_scope_id = 7;
  addr.sin6_flowinfo = 9;
  CHECK_EQ(inet_pton(AF_INET6, text, &addr.sin6_addr), 1);
  return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&addr));
}

}  // namespace

TEST(default_is_empty) {
  const Endpoint none;
  CHECK(none.empty());
  CHECK(none == Endpoint{});
  CHECK(!(none == v4("0.0.0.0", 0)));
}

TEST(reads_ipv4) {
  const Endpoint a = v4("10.1.2.3", 5004);
  CHECK(!a.empty());
  CHECK_EQ(a.family, 4);
  CHECK_EQ(a.port, 5004);
  const uint8_t expected[16] = {10, 1, 2, 3};
  CHECK_EQ(std::memcmp(a.ip, expected, sizeof expected), 0);
}

TEST(compares_host_and_port) {
  const Endpoint a = v4("10.1.2.3", 5004);
  CHECK(a == v4("10.1.2.3", 5004));
  CHECK(!(a == v4("10.1.2.3", 5005)));
  CHECK(a.same_host(v4("10.1.2.3", 5005)));
  CHECK(!a.same_host(v4("10.1.2.4", 5004)));
}

TEST(mapped_ipv4_stays_ipv6) {
  const Endpoint mapped = v6("::ffff:10.1.2.3", 5004);
  CHECK_EQ(mapped.family, 6);
  CHECK(!mapped.same_host(v4("10.1.2.3", 5004)));
}

TEST(knows_wildcards) {
  CHECK(v4("0.0.0.0", 5004).wildcard());
  CHECK(v6("::", 0).wildcard());
  CHECK(!v4("0.0.0.1", 0).wildcard());
  CHECK(!v6("::1", 0).wildcard());
}

TEST(converts_back) {
  sockaddr_storage storage;
  CHECK_EQ(v4("10.1.2.3", 5004).to_sockaddr(&storage), sizeof(sockaddr_in));
  CHECK_EQ(storage.ss_family, AF_INET);
  CHECK(Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&storage)) == v4("10.1.2.3", 5004));

  CHECK_EQ(v6("fd00:77::1", 65535).to_sockaddr(&storage), sizeof(sockaddr_in6));
  CHECK_EQ(storage.ss_family, AF_INET6);
  CHECK(Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&storage)) == v6("fd00:77::1", 65535));
  const auto* back = reinterpret_cast<const sockaddr_in6*>(&storage);
  CHECK_EQ(back->sin6_scope_id, 0u);
  CHECK_EQ(back->sin6_flowinfo, 0u);
}

TEST(other_families_are_empty) {
  sockaddr addr{};
  addr.sa_family = AF_UNIX;
  CHECK(Endpoint::from_sockaddr(&addr).empty());
}
