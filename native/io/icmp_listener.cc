#include "io/icmp_listener.h"

#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdint>

namespace rtpp {
namespace {

/** For as many messages as are read, which the kernel counts with about 500 bytes; of a flood it drops the rest. */
constexpr int kReceiveBuffer = 131'072;
/** Enough of a message for the headers of the datagram that it is about, options included. */
constexpr size_t kMessage = 256;
/** Messages read of a family in a second, whatever they are about. */
constexpr size_t kMostRead = 256;

Fd open_socket(int family, int protocol, int level, int option, const void* filter, socklen_t size) {
  Fd fd(::socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!fd.valid()) return fd;
  // All messages instead of few would be heard late, or not.
  if (::setsockopt(fd.get(), level, option, filter, size) != 0) return Fd();
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBuffer, sizeof kReceiveBuffer);
  return fd;
}

}  // namespace

IcmpListener::IcmpListener(const RtpPorts& ports) : ports_(ports) {
  // Bits of types that are not wanted.
  const icmp_filter only4{~(1U << ICMP_DEST_UNREACH | 1U << ICMP_TIME_EXCEEDED)};
  v4_ = open_socket(AF_INET, IPPROTO_ICMP, SOL_RAW, ICMP_FILTER, &only4, sizeof only4);
  icmp6_filter only6;
  ICMP6_FILTER_SETBLOCKALL(&only6);
  ICMP6_FILTER_SETPASS(ICMP6_DST_UNREACH, &only6);
  ICMP6_FILTER_SETPASS(ICMP6_TIME_EXCEEDED, &only6);
  v6_ = open_socket(AF_INET6, IPPROTO_ICMPV6, IPPROTO_ICMPV6, ICMP6_FILTER, &only6, sizeof only6);
}

std::span<const Unreachable> IcmpListener::take() {
  count_ = 0;
  read(v4_, parse_icmp4);
  read(v6_, parse_icmp6);
  return {heard_.data(), count_};
}

void IcmpListener::read(const Fd& socket, std::optional<Unreachable> (*parse)(const uint8_t*, size_t)) {
  if (!socket.valid()) return;
  std::array<uint8_t, kMessage> message;
  const auto first = heard_.begin() + count_;
  auto end = first;
  for (size_t i = 0; i < kMostRead; ++i) {
    const ssize_t length = ::recv(socket.get(), message.data(), message.size(), MSG_DONTWAIT);
    if (length < 0) break;
    const auto found = parse(message.data(), static_cast<size_t>(length));
    if (!found || !ports_.has(found->local.port)) continue;
    const auto known = std::find_if(
        first, end, [&](const Unreachable& way) { return way.local == found->local && way.remote == found->remote; });
    if (known != end) {
      ++known->messages;
      known->error = found->error;
    } else if (end != first + kWays) {
      *end++ = *found;
    }
  }
  count_ += static_cast<size_t>(end - first);
}

}  // namespace rtpp
