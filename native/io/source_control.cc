#include "io/source_control.h"

#include <cstring>

namespace rtpp {
namespace {

template <typename Info>
void write(int level, int type, const Info& info, char* bytes, msghdr* message) {
  auto* header = reinterpret_cast<cmsghdr*>(bytes);
  header->cmsg_level = level;
  header->cmsg_type = type;
  header->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(header), &info, sizeof info);
  message->msg_control = bytes;
  // Without the padding: with it IPv6 would be too long for what the kernel has room for on its stack.
  message->msg_controllen = CMSG_LEN(sizeof info);
}

}  // namespace

void SourceControl::attach(const Endpoint& source, msghdr* message) {
  if (source.family == 6) {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, source.ip, sizeof info.ipi6_addr);
    write(IPPROTO_IPV6, IPV6_PKTINFO, info, bytes_, message);
  } else {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, source.ip, sizeof info.ipi_spec_dst);
    write(IPPROTO_IP, IP_PKTINFO, info, bytes_, message);
  }
}

}  // namespace rtpp
