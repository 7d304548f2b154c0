#include "base/udp_headers.h"

#include <string>

#include "check.h"
#include "rtp_bytes.h"
#include "udp_peer.h"

using namespace rtpp;
using namespace rtpp::test;

namespace {

/** Sum of 16-bit words in network byte order with carries, as RFC 1071 has it; 0xffff for a valid checksum. */
uint16_t sum(const Bytes& bytes) {
  uint32_t total = 0;
  for (size_t i = 0; i < bytes.size(); ++i) total += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return static_cast<uint16_t>(total);
}

/** Pseudo header, UDP header and data, whose sum tells whether the checksum is right. */
uint16_t verify(const Endpoint& source, const Endpoint& dest, const uint8_t* udp, const Bytes& data) {
  const size_t address = dest.family == 6 ? 16 : 4;
  const size_t len = 8 + data.size();
  Bytes all(source.ip, source.ip + address);
  all.insert(all.end(), dest.ip, dest.ip + address);
  const Bytes rest = {0, 17, static_cast<uint8_t>(len >> 8), static_cast<uint8_t>(len)};
  all.insert(all.end(), rest.begin(), rest.end());
  all.insert(all.end(), udp, udp + 8);
  all.insert(all.end(), data.begin(), data.end());
  return sum(all);
}

}  // namespace

TEST(ipv4_headers) {
  const Endpoint source = endpoint("10.1.2.3", 0x1234);
  const Endpoint dest = endpoint("192.168.0.9", 0xabcd);
  const Bytes data = {1, 2, 3};
  uint8_t out[kMaxUdpHeaders];
  CHECK_EQ(write_udp_headers(source, dest, {184, 63, 0x0102}, data.data(), data.size(), out), 28u);
  const Bytes expected = {0x45, 184, 0, 31,  1,   2, 0, 0,    63,   17,   0,    0, 10,
                          1,    2,   3, 192, 168, 0, 9, 0x12, 0x34, 0xab, 0xcd, 0, 11};
  CHECK(Bytes(out, out + 26) == expected);
  CHECK_EQ(verify(source, dest, out + 20, data), 0xffff);
}

TEST(ipv6_headers) {
  const Endpoint source = endpoint("2001:db8::1", 5000);
  const Endpoint dest = endpoint("2001:db8:ffff::2", 6000);
  const Bytes data(160, 0xee);
  uint8_t out[kMaxUdpHeaders];
  CHECK_EQ(write_udp_headers(source, dest, {0xab, 64, 1}, data.data(), data.size(), out), 48u);
  CHECK(Bytes(out, out + 8) == Bytes({0x6a, 0xb0, 0, 0, 0, 168, 17, 64}));
  CHECK(Bytes(out + 8, out + 24) == Bytes(source.ip, source.ip + 16));
  CHECK(Bytes(out + 24, out + 40) == Bytes(dest.ip, dest.ip + 16));
  CHECK_EQ(verify(source, dest, out + 40, data), 0xffff);
}

TEST(checksums_of_every_length_and_content) {
  uint32_t state = 1;
  for (const char* host : {"127.0.0.1", "fe80::1234:5678"}) {
    for (size_t size = 0; size < 300; ++size) {
      const Context context(std::string(host) + " " + std::to_string(size));
      Bytes data(size);
      for (uint8_t& byte : data) byte = static_cast<uint8_t>((state = state * 1664525 + 1013904223) >> 24);
      const Endpoint source = endpoint(host, static_cast<uint16_t>(state));
      const Endpoint dest = endpoint(host, static_cast<uint16_t>(state >> 16));
      uint8_t out[kMaxUdpHeaders];
      const size_t headers = write_udp_headers(source, dest, {}, data.data(), size, out);
      CHECK_EQ(verify(source, dest, out + headers - 8, data), 0xffff);
    }
  }
}

TEST(a_checksum_of_zero_is_sent_as_all_ones) {
  const Endpoint source = endpoint("127.0.0.1", 1);
  uint8_t out[kMaxUdpHeaders];
  Bytes data(2);
  // What makes up for everything else.
  (void)write_udp_headers(source, source, {}, data.data(), data.size(), out);
  data = {out[26], out[27]};
  (void)write_udp_headers(source, source, {}, data.data(), data.size(), out);
  CHECK(Bytes(out + 26, out + 28) == Bytes({0xff, 0xff}));
}
