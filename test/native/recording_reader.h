#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "sinks/record.h"

// Reads recordings as media.md 6.5 describes them, trusting nothing. Written from that text and not from the encoders.

namespace rtpp::test {

struct ReadRecord {
  Endpoint source;
  /** Empty in an ad-hoc recording. */
  Endpoint dest;
  int64_t wall_us = 0;
  const uint8_t* payload = nullptr;
  uint32_t len = 0;
};

/** Goes through the bytes of a file of the host's byte order. */
class RecordingReader {
 public:
  RecordingReader(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}

  /** The header of a pcap file; false when it is another or incomplete. */
  bool pcap_file_header() {
    const uint8_t* header = take(24);
    if (header == nullptr) return false;
    return host32(header) == 0xa1b2c3d4 && host16(header + 4) == 2 && host16(header + 6) == 4 &&
           host32(header + 16) == 65535 && host32(header + 20) == 1;
  }

  bool at_end() const { return at_ == end_; }

  /** False when there is no whole record that makes sense. */
  bool adhoc(ReadRecord* out) {
    const uint8_t* header = take(30);
    if (header == nullptr) return false;
    const uint16_t family = host16(header);
    if (family != AF_INET && family != AF_INET6) return false;
    out->dest = Endpoint{};
    out->source = endpoint(family == AF_INET6, header + 4, header + 2);
    double seconds = 0;
    std::memcpy(&seconds, header + 20, sizeof seconds);
    // As long as a double tells microseconds apart.
    if (!(seconds >= 0 && seconds < 2147483648.0)) return false;
    out->wall_us = std::llround(seconds * 1e6);
    out->len = host16(header + 28);
    out->payload = take(out->len);
    return out->payload != nullptr;
  }

  /** False when there is no whole record with headers that agree with each other and right checksums. */
  bool pcap(ReadRecord* out) {
    const uint8_t* header = take(16);
    if (header == nullptr || host32(header + 4) >= 1'000'000) return false;
    out->wall_us = int64_t{host32(header)} * 1'000'000 + host32(header + 4);
    const uint32_t captured = host32(header + 8);
    const uint8_t* frame = host32(header + 12) == captured ? take(captured) : nullptr;
    if (frame == nullptr || captured < 42) return false;
    const uint16_t type = net16(frame + 12);
    const bool v6 = type == 0x86dd;
    const size_t udp_at = v6 ? 54 : 34;
    if ((!v6 && type != 0x0800) || captured < udp_at + 8) return false;
    const uint8_t* ip = frame + 14;
    const uint8_t* udp = frame + udp_at;
    const size_t udp_len = captured - udp_at;
    if (net16(udp + 4) != udp_len) return false;
    if (v6 ? !ipv6_fits(ip, udp_len) : !ipv4_fits(ip, udp_len)) return false;
    const size_t addresses = v6 ? 8 : 12;
    const size_t address = v6 ? 16 : 4;
    if (folded(sum(ip + addresses, 2 * address) + 17 + udp_len + sum(udp, udp_len)) != 0xffff) return false;
    out->source = endpoint(v6, ip + addresses, udp);
    out->dest = endpoint(v6, ip + addresses + address, udp + 2);
    out->payload = udp + 8;
    out->len = static_cast<uint32_t>(udp_len - 8);
    return true;
  }

 private:
  static uint16_t host16(const uint8_t* p) {
    uint16_t value;
    std::memcpy(&value, p, sizeof value);
    return value;
  }
  static uint32_t host32(const uint8_t* p) {
    uint32_t value;
    std::memcpy(&value, p, sizeof value);
    return value;
  }
  static uint16_t net16(const uint8_t* p) { return static_cast<uint16_t>(p[0] << 8 | p[1]); }

  static Endpoint endpoint(bool v6, const uint8_t* ip, const uint8_t* port) {
    Endpoint endpoint;
    endpoint.family = v6 ? 6 : 4;
    std::memcpy(endpoint.ip, ip, v6 ? 16 : 4);
    endpoint.port = net16(port);
    return endpoint;
  }

  /** Sum of big-endian words; the last byte of an odd number of them is the upper half of one (RFC 1071). */
  static uint64_t sum(const uint8_t* data, size_t len) {
    uint64_t total = 0;
    for (size_t i = 0; i < len; ++i) total += i % 2 == 0 ? uint64_t{data[i]} << 8 : data[i];
    return total;
  }
  static uint64_t folded(uint64_t total) {
    while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
    return total;
  }

  static bool ipv4_fits(const uint8_t* ip, size_t udp_len) {
    return ip[0] == 0x45 && net16(ip + 2) == 20 + udp_len && net16(ip + 6) == 0 && ip[9] == IPPROTO_UDP &&
           folded(sum(ip, 20)) == 0xffff;
  }
  static bool ipv6_fits(const uint8_t* ip, size_t udp_len) {
    return ip[0] >> 4 == 6 && net16(ip + 4) == udp_len && ip[6] == IPPROTO_UDP;
  }

  const uint8_t* take(size_t len) {
    if (len > static_cast<size_t>(end_ - at_)) return nullptr;
    const uint8_t* start = at_;
    at_ += len;
    return start;
  }

  const uint8_t* at_;
  const uint8_t* const end_;
};

}  // namespace rtpp::test
