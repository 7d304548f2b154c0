#include "io/shared/shared_lane.h"

#include <cerrno>
#include <cstring>

#include "base/clock.h"

namespace rtpp {
namespace {

/** For all ports of a worker; more makes what waits older instead of losing less. */
constexpr int kReceiveBuffer = 8 << 20;
constexpr int kSendBuffer = 4 << 20;
/** What the kernel gives to packets with the TOS byte of media (TC_PRIO_INTERACTIVE). */
constexpr int kPriority = 6;

/** Above what the kernel chooses by itself (to 60999) and the default media ports (to 65000): nobody else's port. */
constexpr uint32_t kLowestPort = 65'001;
constexpr uint32_t kHighestPort = 65'535;
constexpr int kBindAttempts = 32;

int set(int fd, int level, int option, int value) {
  return ::setsockopt(fd, level, option, &value, sizeof value) == 0 ? 0 : errno;
}

/** Only as a place in the kernel's tables: what is steered comes from the ports of the calls. */
int bind_somewhere(int fd, uint8_t family) {
  Endpoint local;
  local.family = family;
  if (family == 6) {
    local.ip[15] = 1;
  } else {
    local.ip[0] = 127;
    local.ip[3] = 1;
  }
  auto seed = static_cast<uint32_t>(now_ns() / 1000);
  for (int attempt = 0; attempt <= kBindAttempts; ++attempt) {
    seed = seed * 1664525 + 1013904223;
    const bool last = attempt == kBindAttempts;
    local.port = static_cast<uint16_t>(last ? 0 : kLowestPort + (seed >> 8) % (kHighestPort - kLowestPort + 1));
    sockaddr_storage addr;
    const socklen_t len = local.to_sockaddr(&addr);
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&addr), len) == 0) return 0;
    if (errno != EADDRINUSE) break;
  }
  return errno;
}

}  // namespace

SharedLane::SharedLane(uint8_t family, Counter* drops)
    : family_(family), drops_(drops), ports_(static_cast<MediaPort**>(std::calloc(kPorts, sizeof(void*)))) {
  for (size_t i = 0; i < kBatch; ++i) {
    msghdr& hdr = rx_[i].msg_hdr;
    hdr = {};
    hdr.msg_name = &rx_name_[i];
    hdr.msg_iov = &rx_iov_[i];
    hdr.msg_iovlen = 1;
    hdr.msg_control = &rx_control_[i];
    rx_iov_[i].iov_len = kMaxDatagram;
  }
  for (size_t i = 0; i < kQueue; ++i) {
    msghdr& hdr = tx_[i].msg_hdr;
    hdr = {};
    hdr.msg_name = &tx_name_[i];
    hdr.msg_iov = tx_iov_[i].data();
    hdr.msg_iovlen = 2;
    tx_iov_[i][0].iov_base = tx_headers_[i].data();
  }
}

std::unique_ptr<SharedLane> SharedLane::create(uint8_t family, Counter* drops, IoFailure* failure) {
  std::unique_ptr<SharedLane> lane(new SharedLane(family, drops));
  if (lane->ports_ == nullptr) {
    *failure = {"table of ports", ENOMEM};
    return nullptr;
  }
  if (const int error = lane->open_sender(); error != 0) {
    *failure = {"raw socket", error};
    return nullptr;
  }
  if (const int error = lane->open_receiver(); error != 0) {
    *failure = {"shared socket", error};
    return nullptr;
  }
  return lane;
}

int SharedLane::open_receiver() {
  const bool v6 = family_ == 6;
  receiver_.reset(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!receiver_.valid()) return errno;
  const int fd = receiver_.get();
  if (v6) {
    if (const int error = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1); error != 0) return error;
    if (const int error = set(fd, IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, 1); error != 0) return error;
  } else if (const int error = set(fd, IPPROTO_IP, IP_RECVORIGDSTADDR, 1); error != 0) {
    return error;
  }
  // Best effort, as for a media socket. Beyond the system's limit it takes the right that steering takes too.
  (void)set(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer);
  (void)set(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
  return bind_somewhere(fd, family_);
}

int SharedLane::open_sender() {
  const bool v6 = family_ == 6;
  // Of this protocol number: every packet brings its own IP header.
  sender_.reset(::socket(v6 ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_RAW));
  if (!sender_.valid()) return errno;
  (void)set(sender_.get(), SOL_SOCKET, SO_SNDBUFFORCE, kSendBuffer);
  (void)set(sender_.get(), SOL_SOCKET, SO_PRIORITY, kPriority);
  route_ = route_of(sender_.get());
  int ttl = 0;
  socklen_t size = sizeof ttl;
  const int result = v6 ? ::getsockopt(sender_.get(), IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl, &size)
                        : ::getsockopt(sender_.get(), IPPROTO_IP, IP_TTL, &ttl, &size);
  if (result == 0 && ttl > 0 && ttl < 256) ttl_ = static_cast<uint8_t>(ttl);
  return 0;
}

MediaPort* SharedLane::find(const Endpoint& local) const {
  for (MediaPort* port = ports_[local.port]; port != nullptr; port = port->backend_next) {
    if (port->local.wildcard() || port->local.same_host(local)) return port;
  }
  return nullptr;
}

void SharedLane::insert(MediaPort* port) {
  MediaPort*& first = ports_[port->local.port];
  port->backend_next = first;
  first = port;
}

void SharedLane::erase(MediaPort* port) {
  for (MediaPort** link = &ports_[port->local.port]; *link != nullptr; link = &(*link)->backend_next) {
    if (*link != port) continue;
    *link = port->backend_next;
    break;
  }
  port->backend_next = nullptr;
}

void SharedLane::receive(RxBatch* batch) {
  const size_t room = kBatch - batch->used;
  for (size_t i = 0; i < room; ++i) {
    rx_iov_[i].iov_base = batch->buffer(batch->used + i);
    rx_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    rx_[i].msg_hdr.msg_controllen = sizeof(Control);
  }
  const int count = ::recvmmsg(receiver_.get(), rx_.data(), static_cast<unsigned>(room), MSG_DONTWAIT, nullptr);
  const uint32_t known_drops = kernel_drops_;
  for (int i = 0; i < count; ++i) {
    RxPacket& packet = batch->packets[batch->count];
    packet.data = batch->buffer(batch->used++);
    describe(static_cast<size_t>(i), &packet);
    packet.port = find(packet.local);
    // Its port was closed while it was in the queue.
    if (packet.port != nullptr) ++batch->count;
  }
  // The total may wrap.
  const uint32_t dropped = kernel_drops_ - known_drops;
  if (static_cast<int32_t>(dropped) > 0) drops_->add(dropped);
}

void SharedLane::describe(size_t index, RxPacket* packet) {
  packet->len = rx_[index].msg_len;
  packet->kernel_drops = 0;
  packet->local = Endpoint{};
  packet->source = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&rx_name_[index]));
  msghdr* msg = &rx_[index].msg_hdr;
  for (cmsghdr* c = CMSG_FIRSTHDR(msg); c != nullptr; c = CMSG_NXTHDR(msg, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
      std::memcpy(&kernel_drops_, CMSG_DATA(c), sizeof kernel_drops_);
    } else if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_ORIGDSTADDR) ||
               (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_ORIGDSTADDR)) {
      packet->local = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(CMSG_DATA(c)));
    }
  }
}

void SharedLane::push(const TxPacket& packet, const Source& source) {
  const size_t i = queued_++;
  packets_[i] = &packet;
  if (++id_ == 0) ++id_;
  const IpFields fields{packet.from->tos, ttl_, id_};
  uint8_t* headers = tx_headers_[i].data();
  tx_iov_[i][0].iov_len = write_udp_headers(source.address, packet.dest, fields, packet.data, packet.len, headers);
  tx_iov_[i][1] = {const_cast<uint8_t*>(packet.data), packet.len};
  // The kernel takes the port for a protocol number here.
  Endpoint dest = packet.dest;
  dest.port = 0;
  msghdr* message = &tx_[i].msg_hdr;
  message->msg_namelen = dest.to_sockaddr(&tx_name_[i]);
  // The headers of ours tell the kernel nothing: it would choose the route as for a socket that is not bound.
  if (source.routed) {
    SourceControl::detach(message);
  } else {
    tx_source_[i].attach(source.address, message);
  }
}

int SharedLane::transmit(size_t first) {
  return ::sendmmsg(sender_.get(), tx_.data() + first, static_cast<unsigned>(queued_ - first), MSG_DONTWAIT);
}

}  // namespace rtpp
