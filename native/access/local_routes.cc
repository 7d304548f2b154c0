#include "access/local_routes.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/fd.h"

namespace rtpp {
namespace {

constexpr int kFamilies[] = {AF_INET, AF_INET6};
/** The kernel answers within the request; this is for the case that it has no memory to. */
constexpr timeval kPatience{1, 0};
constexpr size_t kAnswer = 32768;

struct Request {
  nlmsghdr header{};
  rtmsg route{};
};

int send_request(int fd, int family) {
  Request request;
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.route.rtm_family = static_cast<unsigned char>(family);
  request.route.rtm_table = RT_TABLE_LOCAL;
  return ::send(fd, &request, sizeof request, 0) == sizeof request ? 0 : errno;
}

/** The host takes what the route leads to for its own. */
void add_route(const nlmsghdr& header, std::vector<PeerBlock>* out) {
  const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(&header));
  // Kernels before 4.20 answer with all tables.
  if (route->rtm_table != RT_TABLE_LOCAL) return;
  if (route->rtm_type != RTN_LOCAL && route->rtm_type != RTN_ANYCAST) return;
  PeerBlock block;
  block.first.family = route->rtm_family == AF_INET6 ? 6 : 4;
  block.prefix = route->rtm_dst_len;
  auto left = static_cast<int>(RTM_PAYLOAD(&header));
  for (const rtattr* it = RTM_RTA(route); RTA_OK(it, left); it = RTA_NEXT(it, left)) {
    const size_t size = RTA_PAYLOAD(it);
    if (it->rta_type == RTA_DST && size <= sizeof block.first.ip) std::memcpy(block.first.ip, RTA_DATA(it), size);
  }
  out->push_back(block);
}

/** One datagram of the answer; `*done` when it was the last one. 0 or an errno. */
int read_answer(const char* answer, size_t size, bool* done, std::vector<PeerBlock>* out) {
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer);
  for (auto left = static_cast<unsigned>(size); NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
    if (header->nlmsg_type == NLMSG_ERROR) return -static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error;
    if (header->nlmsg_type == NLMSG_DONE) *done = true;
    if (header->nlmsg_type == RTM_NEWROUTE) add_route(*header, out);
  }
  return 0;
}

int read_family(int fd, int family, std::vector<PeerBlock>* out) {
  if (const int error = send_request(fd, family); error != 0) return error;
  alignas(nlmsghdr) std::array<char, kAnswer> answer;
  for (bool done = false; !done;) {
    const ssize_t size = ::recv(fd, answer.data(), answer.size(), 0);
    if (size < 0) return errno;
    if (const int error = read_answer(answer.data(), static_cast<size_t>(size), &done, out); error != 0) return error;
  }
  return 0;
}

}  // namespace

int read_local_routes(std::vector<PeerBlock>* out) {
  const Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd.valid()) return errno;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience) != 0) return errno;
#ifdef NETLINK_GET_STRICT_CHK
  // Best effort: without it the answer has all tables, which takes longer on a router.
  const int on = 1;
  (void)::setsockopt(fd.get(), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on, sizeof on);
#endif
  std::vector<PeerBlock> found;
  for (const int family : kFamilies) {
    if (const int error = read_family(fd.get(), family, &found); error != 0) return error;
  }
  *out = std::move(found);
  return 0;
}

}  // namespace rtpp
