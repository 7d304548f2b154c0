#include "sinks/record_adhoc.h"

#include <sys/socket.h>

#include <cstring>

namespace rtpp {
namespace {

constexpr size_t kAddress = 4;
constexpr size_t kTime = 20;
constexpr size_t kLength = 28;

}  // namespace

void encode_adhoc_header(const RecordedPacket& packet, uint8_t* out) {
  std::memset(out, 0, kAdhocHeader);
  // Host byte order, except for the port: the C daemon writes its structures as they are in memory.
  const uint16_t family = packet.source.family == 6 ? AF_INET6 : AF_INET;
  std::memcpy(out, &family, sizeof family);
  out[2] = static_cast<uint8_t>(packet.source.port >> 8);
  out[3] = static_cast<uint8_t>(packet.source.port);
  std::memcpy(out + kAddress, packet.source.ip, sizeof packet.source.ip);
  const double seconds = static_cast<double>(packet.wall_us) / 1e6;
  std::memcpy(out + kTime, &seconds, sizeof seconds);
  const uint16_t length = static_cast<uint16_t>(packet.len);
  std::memcpy(out + kLength, &length, sizeof length);
}

}  // namespace rtpp
