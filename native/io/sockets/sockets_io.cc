#include "io/sockets/sockets_io.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "io/media_socket.h"
#include "io/send_error.h"

namespace rtpp {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

/** Reads what the kernel tells besides the data: the dropped datagrams once there are any, the address if asked for. */
void read_control(msghdr* msg, RxPacket* packet) {
  packet->kernel_drops = 0;
  packet->local.family = 0;
  for (cmsghdr* c = CMSG_FIRSTHDR(msg); c != nullptr; c = CMSG_NXTHDR(msg, c)) {
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
      std::memcpy(&packet->kernel_drops, CMSG_DATA(c), sizeof packet->kernel_drops);
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      packet->local = Endpoint{};
      packet->local.family = 4;
      std::memcpy(packet->local.ip, CMSG_DATA(c) + offsetof(in_pktinfo, ipi_addr), 4);
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      packet->local.family = 6;
      std::memcpy(packet->local.ip, CMSG_DATA(c) + offsetof(in6_pktinfo, ipi6_addr), 16);
    }
  }
}

}  // namespace

std::unique_ptr<SocketsIo> SocketsIo::create(int* error) {
  std::unique_ptr<SocketsIo> io(new SocketsIo());
  *error = io->open();
  return *error == 0 ? std::move(io) : nullptr;
}

int SocketsIo::open() {
  epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_.valid()) return errno;
  event_.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!event_.valid()) return errno;
  timer_.reset(::timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC));
  if (!timer_.valid()) return errno;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  epoll_event expiry{};
  expiry.events = EPOLLIN | EPOLLET;
  expiry.data.ptr = &timer_;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, event_.get(), &event) != 0 ||
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, timer_.get(), &expiry) != 0) {
    return errno;
  }
  for (size_t i = 0; i < kPerSocket; ++i) {
    msghdr& hdr = rx_[i].msg_hdr;
    hdr = {};
    hdr.msg_name = &rx_name_[i];
    hdr.msg_iov = &rx_iov_[i];
    hdr.msg_iovlen = 1;
    hdr.msg_control = &rx_control_[i];
    rx_iov_[i].iov_len = kMaxDatagram;
  }
  for (size_t i = 0; i < tx_.size(); ++i) {
    msghdr& hdr = tx_[i].msg_hdr;
    hdr = {};
    hdr.msg_name = &tx_name_[i];
    hdr.msg_iov = &tx_iov_[i];
    hdr.msg_iovlen = 1;
  }
  return 0;
}

int SocketsIo::attach(MediaPort* port) { return listen(port->fd, port); }

Fd SocketsIo::close(MediaPort* port) {
  ignore(port->fd, port);
  ::close(std::exchange(port->fd, -1));
  return Fd();
}

void SocketsIo::set_tos(MediaPort* port, uint8_t tos) {
  port->tos = tos;
  // Any byte is right for an IPv4 socket.
  (void)set_media_tos(port->fd, tos);
}

int SocketsIo::watch(int fd, RxSource* source) {
  const int error = listen(fd, source);
  if (error == 0) sources_.push_back(source);
  return error;
}

void SocketsIo::unwatch(int fd, RxSource* source) {
  ignore(fd, source);
  std::erase(sources_, source);
}

int SocketsIo::listen(int fd, void* tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = tag;
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : errno;
}

void SocketsIo::ignore(int fd, void* tag) {
  (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  for (int i = ready_next_; i < ready_count_; ++i) {
    if (ready_[i].data.ptr == tag) ready_[i].data.ptr = nullptr;
  }
}

RxSource* SocketsIo::source_of(const void* tag) const {
  const auto is_tag = [tag](const RxSource* source) { return source == tag; };
  const auto found = std::find_if(sources_.begin(), sources_.end(), is_tag);
  return found == sources_.end() ? nullptr : *found;
}

void SocketsIo::receive(RxBatch* batch, int64_t deadline_ns) {
  batch->count = batch->used = 0;
  if (ready_next_ == ready_count_) {
    ready_next_ = 0;
    ready_count_ = std::max(0, wait(deadline_ns));
  }
  while (ready_next_ < ready_count_ && batch->used < kBatch) {
    void* const tag = ready_[ready_next_++].data.ptr;
    if (tag == &timer_) {
      timer_ns_ = 0;
    } else if (RxSource* source = source_of(tag); source != nullptr) {
      source->receive(batch);
    } else if (tag != nullptr) {
      receive_from(static_cast<MediaPort*>(tag), batch);
    } else {
      // The wake-up descriptor, or a port that was closed in the meantime; reading an unsignalled one is harmless.
      uint64_t count;
      (void)!::read(event_.get(), &count, sizeof count);
    }
  }
}

int SocketsIo::wait(int64_t deadline_ns) {
  if (deadline_ns > 0 && deadline_ns != timer_ns_) {
    itimerspec expiry{};
    expiry.it_value.tv_sec = deadline_ns / kSecond;
    expiry.it_value.tv_nsec = deadline_ns % kSecond;
    // Fails for a time before 1970 only. A deadline in the past expires at once.
    (void)::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &expiry, nullptr);
    timer_ns_ = deadline_ns;
  }
  return ::epoll_wait(epoll_.get(), ready_.data(), kReady, deadline_ns > 0 ? -1 : 0);
}

void SocketsIo::receive_from(MediaPort* port, RxBatch* batch) {
  const size_t room = std::min(kPerSocket, kBatch - batch->used);
  for (size_t i = 0; i < room; ++i) {
    rx_iov_[i].iov_base = batch->buffer(batch->used + i);
    rx_[i].msg_hdr.msg_namelen = sizeof(sockaddr_storage);
    rx_[i].msg_hdr.msg_controllen = sizeof(Control);
  }
  // An error (a queued ICMP error, say) is consumed by the call; the datagrams behind it come with the next readiness.
  const int n = ::recvmmsg(port->fd, rx_.data(), room, MSG_DONTWAIT, nullptr);
  for (int i = 0; i < n; ++i) {
    RxPacket& packet = batch->packets[batch->count];
    packet.data = batch->buffer(batch->used++);
    packet.len = rx_[i].msg_len;
    read_control(&rx_[i].msg_hdr, &packet);
    packet.source = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&rx_name_[i]));
    packet.port = port;
    ++batch->count;
  }
}

void SocketsIo::send(TxBatch* batch) {
  size_t start = 0;
  while (start < batch->count) {
    size_t end = start + 1;
    while (end < batch->count && batch->packets[end].fd == batch->packets[start].fd) ++end;
    send_run(&batch->packets[start], end - start);
    start = end;
  }
  batch->count = 0;
}

void SocketsIo::send_run(const TxPacket* packets, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    tx_iov_[i].iov_base = const_cast<uint8_t*>(packets[i].data);
    tx_iov_[i].iov_len = packets[i].len;
    tx_[i].msg_hdr.msg_namelen = packets[i].dest.to_sockaddr(&tx_name_[i]);
    if (packets[i].source == nullptr) {
      SourceControl::detach(&tx_[i].msg_hdr);
    } else {
      tx_source_[i].attach(*packets[i].source, &tx_[i].msg_hdr);
    }
  }
  size_t sent = 0;
  bool repeated = false;
  while (sent < count) {
    const int n = ::sendmmsg(packets[0].fd, tx_.data() + sent, count - sent, MSG_DONTWAIT);
    if (n > 0) {
      sent += static_cast<size_t>(n);
      repeated = false;
      continue;
    }
    if (classify_send_error(errno) == SendError::kEarlier && !repeated) {
      repeated = true;
      continue;
    }
    // Better from another address than not at all.
    if (may_be_source(errno) && tx_[sent].msg_hdr.msg_control != nullptr) {
      SourceControl::detach(&tx_[sent].msg_hdr);
      continue;
    }
    // The ones behind it may go elsewhere.
    refuse(packets[sent++], errno);
    repeated = false;
  }
}

void SocketsIo::pause(int64_t until_ns) {
  const int64_t left = until_ns - now_ns();
  if (left <= 0) return;
  const timespec timeout{left / kSecond, left % kSecond};
  pollfd event{event_.get(), POLLIN, 0};
  // A wake-up stays signalled for the `receive` that follows.
  (void)::ppoll(&event, 1, &timeout, nullptr);
}

void SocketsIo::wake() {
  const uint64_t one = 1;
  (void)!::write(event_.get(), &one, sizeof one);
}

}  // namespace rtpp
