#include "control/asked_address.h"

#include <cerrno>
#include <cstring>

namespace rtpp {
namespace {

AskedAddress from_v4(const in_pktinfo& info) {
  AskedAddress address;
  // The address of the interface where that of the datagram is a broadcast one.
  if (info.ipi_spec_dst.s_addr == INADDR_ANY) return address;
  address.family = 4;
  std::memcpy(address.ip, &info.ipi_spec_dst, sizeof info.ipi_spec_dst);
  return address;
}

AskedAddress from_v6(const in6_pktinfo& info) {
  AskedAddress address;
  if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) return address;
  address.family = 6;
  std::memcpy(address.ip, &info.ipi6_addr, sizeof address.ip);
  // Such an address is one of many without its interface; any other reply goes the way that the routes say.
  if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) address.interface = static_cast<int32_t>(info.ipi6_ifindex);
  return address;
}

template <typename Info>
void add_message(int level, int type, const Info& info, void* room, msghdr* datagram) {
  std::memset(room, 0, kAskedAddressRoom);
  datagram->msg_control = room;
  datagram->msg_controllen = CMSG_SPACE(sizeof info);
  cmsghdr* message = CMSG_FIRSTHDR(datagram);
  message->cmsg_level = level;
  message->cmsg_type = type;
  message->cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(message), &info, sizeof info);
}

}  // namespace

int receive_asked_address(int fd, int family) {
  const int on = 1;
  const bool v6 = family == AF_INET6;
  const int level = v6 ? IPPROTO_IPV6 : IPPROTO_IP;
  return ::setsockopt(fd, level, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &on, sizeof on) == 0 ? 0 : errno;
}

AskedAddress asked_address(const msghdr& datagram) {
  for (const cmsghdr* message = CMSG_FIRSTHDR(&datagram); message != nullptr;
       message = CMSG_NXTHDR(const_cast<msghdr*>(&datagram), const_cast<cmsghdr*>(message))) {
    if (message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(message), sizeof info);
      return from_v4(info);
    }
    if (message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(message), sizeof info);
      return from_v6(info);
    }
  }
  return {};
}

void reply_from(const AskedAddress& address, void* room, msghdr* datagram) {
  if (address.family == 4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, address.ip, sizeof info.ipi_spec_dst);
    add_message(IPPROTO_IP, IP_PKTINFO, info, room, datagram);
  } else if (address.family == 6) {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, address.ip, sizeof info.ipi6_addr);
    info.ipi6_ifindex = static_cast<uint32_t>(address.interface);
    add_message(IPPROTO_IPV6, IPV6_PKTINFO, info, room, datagram);
  }
}

}  // namespace rtpp
