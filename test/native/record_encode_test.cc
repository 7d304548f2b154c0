#include <arpa/inet.h>

#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "sinks/record_adhoc.h"
#include "sinks/record_pcap.h"

using namespace rtpp;

namespace {

using Bytes = std::vector<uint8_t>;

Endpoint endpoint(const char* host, uint16_t port) {
  Endpoint endpoint;
  endpoint.port = port;
  endpoint.family = std::strchr(host, ':') == nullptr ? 4 : 6;
  ::inet_pton(endpoint.family == 6 ? AF_INET6 : AF_INET, host, endpoint.ip);
  return endpoint;
}

std::string hex(const uint8_t* data, size_t len) {
  static const char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < len; ++i) {
    text += kDigits[data[i] >> 4];
    text += kDigits[data[i] & 15];
  }
  return text;
}

/** The packet of the examples in media.md 6.5. */
const Bytes kReport = {0x80, 0xc9, 0x00, 0x01, 0x99, 0x88, 0x77, 0x66};
constexpr int64_t kTime = 1795378457'654556;

RecordedPacket packet(const Bytes& payload, const Endpoint& source, const Endpoint& dest) {
  return {payload.data(), static_cast<uint32_t>(payload.size()), source, dest, kTime};
}

std::string adhoc(const RecordedPacket& packet) {
  uint8_t out[kAdhocHeader];
  std::memset(out, 0xaa, sizeof out);
  encode_adhoc_header(packet, out);
  return hex(out, sizeof out);
}

std::string pcap(const RecordedPacket& packet, uint16_t id) {
  Bytes out(pcap_header_size(packet.source.family), 0xaa);
  encode_pcap_header(packet, id, out.data());
  return hex(out.data(), out.size());
}

/** Internet checksum of everything: 0 when the checksum within is right. */
uint16_t verify(const Bytes& data) {
  uint32_t sum = 0;
  for (size_t i = 0; i < data.size(); i += 2) sum += data[i] << 8 | (i + 1 < data.size() ? data[i + 1] : 0);
  while (sum > 0xffff) sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<uint16_t>(~sum);
}

/** What the UDP checksum of a recorded packet covers. */
Bytes checked_by_udp(const RecordedPacket& packet, const Bytes& header) {
  const bool v6 = packet.source.family == 6;
  const size_t ip = 30;
  const size_t udp = ip + (v6 ? 40 : 20);
  const size_t length = 8 + packet.len;
  Bytes bytes(header.begin() + static_cast<long>(v6 ? ip + 8 : ip + 12), header.begin() + static_cast<long>(udp));
  bytes.insert(bytes.end(), {0, 17, static_cast<uint8_t>(length >> 8), static_cast<uint8_t>(length)});
  bytes.insert(bytes.end(), header.begin() + static_cast<long>(udp), header.end());
  bytes.insert(bytes.end(), packet.data, packet.data + packet.len);
  return bytes;
}

}  // namespace

TEST(adhoc_ipv4) {
  CHECK_EQ(adhoc(packet(kReport, endpoint("127.77.1.2", 6001), {})), std::string("02001771"
                                                                                 "7f4d0102"
                                                                                 "000000000000000000000000"
                                                                                 "3fe46946d3c0da41"
                                                                                 "0800"));
}

TEST(adhoc_ipv6) {
  CHECK_EQ(adhoc(packet({}, endpoint("fd00:77:1::2", 6001), {})), std::string("0a001771"
                                                                              "fd000077000100000000000000000002"
                                                                              "3fe46946d3c0da41"
                                                                              "0000"));
}

TEST(adhoc_longest) {
  const Bytes payload(8192);
  CHECK_EQ(adhoc(packet(payload, endpoint("10.0.0.1", 65535), {})).substr(56), std::string("0020"));
}

TEST(pcap_ipv4) {
  CHECK_EQ(pcap(packet(kReport, endpoint("127.77.1.2", 6001), endpoint("127.77.0.1", 40001)), 11),
           std::string("194d036bdcfc0900"
                       "3200000032000000"
                       "00007f4d0001"
                       "00007f4d0102"
                       "0800"
                       "45000024000b00007f113c217f4d01027f4d0001"
                       "17719c410010bac4"));
}

TEST(pcap_ipv6) {
  const RecordedPacket report = packet(kReport, endpoint("fd00:77:1::2", 6001), endpoint("fd00:77::1", 40001));
  const std::string text = pcap(report, 7);
  // Each byte of the address goes, exclusive-or, to its index modulo six.
  CHECK_EQ(text.substr(0, 60), std::string("194d036bdcfc09004600000046000000"
                                           "fd0000760000"
                                           "fd0000750001"
                                           "86dd"));
  CHECK_EQ(text.substr(60, 80), std::string("60000000"
                                            "0010"
                                            "1140"
                                            "fd000077000100000000000000000002"
                                            "fd000077000000000000000000000001"));
}

TEST(pcap_checksums_hold) {
  const Bytes payloads[] = {{}, {1}, {0xff}, {1, 2}, Bytes(13, 0x5a), Bytes(1400, 0xff), Bytes(8192, 0x80)};
  const Endpoint pairs[][2] = {{endpoint("127.77.1.2", 6001), endpoint("127.77.0.1", 40001)},
                               {endpoint("255.255.255.255", 65535), endpoint("0.0.0.0", 0)},
                               {endpoint("fd00:77:1::2", 6001), endpoint("fd00:77::1", 40001)},
                               {endpoint("::1", 1), endpoint("::", 0)}};
  for (const Bytes& payload : payloads) {
    for (const auto& [source, dest] : pairs) {
      const test::Context context("payload of " + std::to_string(payload.size()) + " bytes");
      const RecordedPacket recorded = packet(payload, source, dest);
      Bytes header(pcap_header_size(source.family));
      encode_pcap_header(recorded, 0xfffe, header.data());
      CHECK_EQ(verify(checked_by_udp(recorded, header)), 0);
      if (source.family == 4) CHECK_EQ(verify({header.begin() + 30, header.begin() + 50}), 0);
    }
  }
}

TEST(pcap_unknown_destination) {
  const std::string text = pcap(packet({}, endpoint("10.1.2.3", 5000), {}), 0);
  CHECK_EQ(text.substr(32, 12), std::string("000000000000"));
  CHECK_EQ(text.substr(92, 8), std::string("00000000"));
  CHECK_EQ(text.substr(104, 4), std::string("0000"));
}

TEST(pcap_ipv6_checksum_is_never_zero) {
  const RecordedPacket empty = packet({}, endpoint("::1", 1), endpoint("::1", 2));
  Bytes header(kPcapHeaderV6);
  encode_pcap_header(empty, 0, header.data());
  const uint16_t sum = static_cast<uint16_t>(header[76] << 8 | header[77]);
  // Two bytes more are counted in the length of the pseudo header and in that of the UDP header.
  const uint16_t word = static_cast<uint16_t>(sum - 4);
  const Bytes payload = {static_cast<uint8_t>(word >> 8), static_cast<uint8_t>(word)};
  encode_pcap_header(packet(payload, endpoint("::1", 1), endpoint("::1", 2)), 0, header.data());
  CHECK_EQ(header[76], 0xff);
  CHECK_EQ(header[77], 0xff);
}

TEST(pcap_ipv4_checksum_of_zero_stands_as_it_is) {
  const Endpoint source = endpoint("10.0.0.1", 1);
  Bytes payload(2);
  Bytes header(kPcapHeaderV4);
  encode_pcap_header(packet(payload, source, source), 0, header.data());
  // What makes up for everything else.
  payload = {header[56], header[57]};
  encode_pcap_header(packet(payload, source, source), 0, header.data());
  CHECK_EQ(header[56], 0);
  CHECK_EQ(header[57], 0);
}
