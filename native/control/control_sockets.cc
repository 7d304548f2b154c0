#include "control/control_sockets.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/clock.h"
#include "base/thread.h"

namespace rtpp {
namespace {

/** Kernel buffers: room for a burst of commands. */
constexpr int kSocketBuffer = 1 << 20;
/** Datagrams taken from a socket before the next ready one gets its turn; replies sent in one call. */
constexpr size_t kBatch = 32;
constexpr int kReady = 16;
/** How often expired replies are dropped (protocol.md 2.3). */
constexpr int64_t kSweepMs = 3'000;
/** Name of the wake-up descriptor among the ready ones. */
constexpr ControlSocketId kNoSocket = 0;

int64_t now_ms() { return now_ns() / 1'000'000; }

struct alignas(cmsghdr) AskedRoom {
  char bytes[kAskedAddressRoom];
};

}  // namespace

/** Where a batch of datagrams is received. */
struct ControlSockets::Receiver {
  Receiver() : buffers(std::make_unique_for_overwrite<char[]>(kBatch * kMaxCommand)) {
    for (size_t i = 0; i < kBatch; ++i) {
      vectors[i] = {buffers.get() + i * kMaxCommand, kMaxCommand};
      messages[i] = {};
      messages[i].msg_hdr.msg_name = &names[i];
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }

  /** To be called before each batch: the kernel has overwritten the lengths. */
  void prepare(bool wants_asked_address) {
    for (size_t i = 0; i < kBatch; ++i) {
      messages[i].msg_hdr.msg_namelen = sizeof(sockaddr_in6);
      messages[i].msg_hdr.msg_control = wants_asked_address ? &asked[i] : nullptr;
      messages[i].msg_hdr.msg_controllen = wants_asked_address ? sizeof asked[i] : 0;
    }
  }

  std::unique_ptr<char[]> buffers;
  std::array<mmsghdr, kBatch> messages;
  std::array<iovec, kBatch> vectors;
  std::array<sockaddr_in6, kBatch> names;
  std::array<AskedRoom, kBatch> asked;
  ControlOutbox outbox;
};

std::unique_ptr<ControlSockets> ControlSockets::create(ControlListener* listener, int* error) {
  std::unique_ptr<ControlSockets> io(new ControlSockets(listener));
  io->epoll_.reset(::epoll_create1(EPOLL_CLOEXEC));
  io->event_.reset(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kNoSocket;
  if (!io->epoll_.valid() || !io->event_.valid() ||
      ::epoll_ctl(io->epoll_.get(), EPOLL_CTL_ADD, io->event_.get(), &event) != 0) {
    *error = errno;
    return nullptr;
  }
  *error = start_thread(
      &io->thread_, "rtp-control",
      [](void* self) -> void* {
        static_cast<ControlSockets*>(self)->run();
        return nullptr;
      },
      io.get());
  if (*error != 0) return nullptr;
  io->started_ = true;
  return io;
}

ControlSockets::~ControlSockets() { close(); }

void ControlSockets::close() {
  if (!started_) return;
  stopping_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  (void)!::write(event_.get(), &one, sizeof one);
  ::pthread_join(thread_, nullptr);
  started_ = false;
  sockets_.clear();
}

ControlSocketId ControlSockets::open(const Endpoint& local) {
  const int family = local.family == 6 ? AF_INET6 : AF_INET;
  auto socket = std::make_shared<Socket>();
  socket->fd.reset(::socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = socket->fd.get();
  if (fd < 0) return -errno;
  // Best effort: the kernel caps both silently.
  (void)::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kSocketBuffer, sizeof kSocketBuffer);
  (void)::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer);
  socket->wildcard = local.wildcard();
  if (socket->wildcard) {
    if (const int error = receive_asked_address(fd, family); error != 0) return -error;
  }
  sockaddr_storage address;
  socklen_t length = local.to_sockaddr(&address);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), length) != 0) return -errno;
  length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return -errno;
  socket->port = Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&address)).port;
  const ControlSocketId id = socket->id = ++last_id_;
  bool first;
  {
    const std::lock_guard lock(mutex_);
    first = sockets_.empty();
    sockets_.push_back(socket);
  }
  if (first) listener_->serving(true);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = static_cast<uint64_t>(socket->id);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return id;
  const int error = errno;
  socket.reset();
  close_socket(id);
  return -error;
}

uint16_t ControlSockets::port(ControlSocketId id) {
  const auto socket = find(id);
  return socket == nullptr ? 0 : socket->port;
}

void ControlSockets::close_socket(ControlSocketId id) {
  std::shared_ptr<Socket> socket = find(id);
  if (socket == nullptr) return;
  bool last;
  {
    const std::lock_guard lock(mutex_);
    std::erase(sockets_, socket);
    book_.forget(id);
    last = sockets_.empty();
  }
  if (last) listener_->serving(false);
  (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket->fd.get(), nullptr);
  // The control thread may be receiving from it; its calls do not wait.
  while (socket.use_count() > 1) {
    const timespec pause{0, 20'000};
    ::nanosleep(&pause, nullptr);
  }
}

void ControlSockets::answer_versions(std::string base, std::vector<std::string> dates) {
  const std::lock_guard lock(mutex_);
  book_.answer_versions(std::move(base), std::move(dates));
}

void ControlSockets::leave_versions() {
  const std::lock_guard lock(mutex_);
  book_.leave_versions();
}

size_t ControlSockets::take(std::span<uint8_t> buffer, std::span<ControlRequest> out) {
  const std::lock_guard lock(mutex_);
  return book_.take(buffer.data(), buffer.size(), out.data(), out.size());
}

void ControlSockets::reply(const ControlReplies& replies) {
  replies_.clear();
  const int64_t now = now_ms();
  {
    const std::lock_guard lock(mutex_);
    const char* text = reinterpret_cast<const char*>(replies.texts.data());
    for (size_t i = 0; i < replies.ids.size(); ++i) {
      const auto size = static_cast<size_t>(replies.sizes[i]);
      book_.reply(replies.ids[i], {text, size}, now, &replies_);
      text += size;
    }
  }
  send(replies_);
}

ControlFigures ControlSockets::figures() {
  const uint64_t denied = gate_.denied().count;
  const std::lock_guard lock(mutex_);
  ControlFigures figures = book_.figures();
  figures.denied = static_cast<double>(denied);
  return figures;
}

std::shared_ptr<ControlSockets::Socket> ControlSockets::find(ControlSocketId id) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(sockets_.begin(), sockets_.end(), [id](const auto& one) { return one->id == id; });
  return found == sockets_.end() ? nullptr : *found;
}

void ControlSockets::run() {
  Receiver receiver;
  std::array<epoll_event, kReady> ready;
  int64_t swept = now_ms();
  while (!stopping_.load(std::memory_order_acquire)) {
    bool cached;
    {
      const std::lock_guard lock(mutex_);
      if (now_ms() - swept >= kSweepMs) {
        swept = now_ms();
        book_.sweep(swept);
      }
      cached = book_.figures().cached > 0;
    }
    const int count = ::epoll_wait(epoll_.get(), ready.data(), kReady, cached ? static_cast<int>(kSweepMs) : -1);
    for (int i = 0; i < count; ++i) {
      const auto id = static_cast<ControlSocketId>(ready[i].data.u64);
      if (const auto socket = id == kNoSocket ? nullptr : find(id); socket != nullptr) receive(&receiver, socket);
    }
  }
}

void ControlSockets::receive(Receiver* receiver, const std::shared_ptr<Socket>& socket) {
  receiver->prepare(socket->wildcard);
  // An error (a queued ICMP error, say) is consumed by the call; the datagrams behind it come with the next readiness.
  const int count = ::recvmmsg(socket->fd.get(), receiver->messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  receiver->outbox.clear();
  std::array<bool, kBatch> admitted;
  for (int i = 0; i < count; ++i) {
    admitted[i] = gate_.admits(reinterpret_cast<const sockaddr*>(&receiver->names[i]), now_ns());
  }
  bool waiting;
  {
    const std::lock_guard lock(mutex_);
    const int64_t now = now_ms();
    for (int i = 0; i < count; ++i) {
      if (!admitted[i]) continue;
      ControlPeer peer;
      peer.socket = socket->id;
      peer.length = receiver->messages[i].msg_hdr.msg_namelen;
      peer.address = receiver->names[i];
      if (socket->wildcard) peer.asked = asked_address(receiver->messages[i].msg_hdr);
      const size_t size = receiver->messages[i].msg_len;
      book_.arrived({receiver->buffers.get() + i * kMaxCommand, size}, peer, now, &receiver->outbox);
    }
    waiting = book_.waiting();
  }
  if (waiting || gate_.has_news()) listener_->commands_pending();
  send(receiver->outbox);
}

void ControlSockets::send(const ControlOutbox& outbox) {
  std::array<mmsghdr, kBatch> messages;
  std::array<iovec, kBatch> vectors;
  std::array<AskedRoom, kBatch> asked;
  size_t next = 0;
  while (next < outbox.items.size()) {
    const ControlSocketId id = outbox.items[next].peer.socket;
    const auto socket = find(id);
    size_t count = 0;
    for (; next < outbox.items.size() && count < kBatch && outbox.items[next].peer.socket == id; ++next) {
      const ControlOutbox::Item& item = outbox.items[next];
      // Nobody can be reached at port 0, which a forged datagram may come from.
      if (Endpoint::from_sockaddr(item.peer.sockaddress()).port == 0) continue;
      vectors[count] = {const_cast<char*>(outbox.bytes.data()) + item.offset, item.size};
      messages[count] = {};
      messages[count].msg_hdr.msg_name = const_cast<sockaddr_in6*>(&item.peer.address);
      messages[count].msg_hdr.msg_namelen = item.peer.length;
      messages[count].msg_hdr.msg_iov = &vectors[count];
      messages[count].msg_hdr.msg_iovlen = 1;
      reply_from(item.peer.asked, &asked[count], &messages[count].msg_hdr);
      ++count;
    }
    size_t sent = 0;
    while (socket != nullptr && sent < count) {
      const int result = ::sendmmsg(socket->fd.get(), &messages[sent], count - sent, MSG_DONTWAIT);
      if (result > 0) {
        sent += static_cast<size_t>(result);
        continue;
      }
      // From an address that it has lost, or that is not its own: better from another one than not at all.
      if (messages[sent].msg_hdr.msg_control != nullptr) {
        messages[sent].msg_hdr.msg_control = nullptr;
        messages[sent].msg_hdr.msg_controllen = 0;
        continue;
      }
      // One that the kernel refuses is dropped: its client asks again and is answered from the cache.
      ++sent;
      const std::lock_guard lock(mutex_);
      book_.count_drop();
    }
  }
}

}  // namespace rtpp
