#include "io/icmp_message.h"

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>

#include <cerrno>
#include <cstring>

#include "base/network_order.h"
#include "base/udp_headers.h"

namespace rtpp {
namespace {

/** Type, code and what else comes before the datagram that the message is about. */
constexpr size_t kIcmpHeader = 8;
/** Ports, the only part of the UDP header that is looked at. */
constexpr size_t kPorts = 4;

int error_of_icmp4(uint8_t type, uint8_t code) {
  if (type == ICMP_TIME_EXCEEDED) return code == ICMP_EXC_TTL ? EHOSTUNREACH : 0;
  if (type != ICMP_DEST_UNREACH) return 0;
  switch (code) {
    case ICMP_PORT_UNREACH:
      return ECONNREFUSED;
    case ICMP_NET_UNREACH:
    case ICMP_NET_UNKNOWN:
    case ICMP_NET_ANO:
    case ICMP_NET_UNR_TOS:
      return ENETUNREACH;
    case ICMP_FRAG_NEEDED:
      // The kernel makes fragments of the next one.
      return 0;
    default:
      return EHOSTUNREACH;
  }
}

int error_of_icmp6(uint8_t type, uint8_t code) {
  if (type == ICMP6_TIME_EXCEEDED) return code == ICMP6_TIME_EXCEED_TRANSIT ? EHOSTUNREACH : 0;
  if (type != ICMP6_DST_UNREACH) return 0;
  switch (code) {
    case ICMP6_DST_UNREACH_NOPORT:
      return ECONNREFUSED;
    case ICMP6_DST_UNREACH_NOROUTE:
      return ENETUNREACH;
    default:
      return EHOSTUNREACH;
  }
}

Endpoint endpoint_of(uint8_t family, const uint8_t* ip, const uint8_t* port) {
  Endpoint endpoint;
  endpoint.family = family;
  std::memcpy(endpoint.ip, ip, family == 6 ? 16 : 4);
  endpoint.port = read16(port);
  return endpoint;
}

}  // namespace

std::optional<Unreachable> parse_icmp4(const uint8_t* data, size_t len) {
  if (len < kIpv4Header || data[0] >> 4 != 4) return std::nullopt;
  const size_t outer = size_t{4} * (data[0] & 0x0f);
  if (outer < kIpv4Header || len < outer + kIcmpHeader + kIpv4Header) return std::nullopt;
  const uint8_t* icmp = data + outer;
  const int error = error_of_icmp4(icmp[0], icmp[1]);
  const uint8_t* ip = icmp + kIcmpHeader;
  const size_t header = size_t{4} * (ip[0] & 0x0f);
  const bool first = (read16(ip + 6) & 0x1fff) == 0;
  if (error == 0 || ip[0] >> 4 != 4 || header < kIpv4Header || ip[9] != IPPROTO_UDP || !first) return std::nullopt;
  if (len < outer + kIcmpHeader + header + kPorts) return std::nullopt;
  const uint8_t* udp = ip + header;
  return Unreachable{endpoint_of(4, ip + 12, udp), endpoint_of(4, ip + 16, udp + 2), error, 1};
}

std::optional<Unreachable> parse_icmp6(const uint8_t* data, size_t len) {
  if (len < kIcmpHeader + kIpv6Header + kPorts) return std::nullopt;
  const int error = error_of_icmp6(data[0], data[1]);
  const uint8_t* ip = data + kIcmpHeader;
  // Ours have no extension headers.
  if (error == 0 || ip[0] >> 4 != 6 || ip[6] != IPPROTO_UDP) return std::nullopt;
  const uint8_t* udp = ip + kIpv6Header;
  return Unreachable{endpoint_of(6, ip + 8, udp), endpoint_of(6, ip + 24, udp + 2), error, 1};
}

}  // namespace rtpp
