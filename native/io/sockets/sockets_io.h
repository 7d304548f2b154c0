#pragma once

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <vector>

#include "base/fd.h"
#include "io/packet_io.h"
#include "io/source_control.h"

namespace rtpp {

/** A socket for many ports, to which SocketsIo listens besides those of its own ports. */
class RxSource {
 public:
  virtual ~RxSource() = default;
  /** The socket is readable: adds to the batch, which has room, what is there. */
  virtual void receive(RxBatch* batch) = 0;
};

/**
 * The worker's half of the backend that always works: epoll over one UDP socket per port, recvmmsg on each ready
 * socket, sendmmsg for runs of packets that leave from the same socket.
 */
class SocketsIo final : public PacketIo {
 public:
  /** Null with `*error` set to an errno when the kernel gives no epoll or event descriptor. */
  static std::unique_ptr<SocketsIo> create(int* error);

  int attach(MediaPort* port) override;
  Fd close(MediaPort* port) override;
  void set_tos(MediaPort* port, uint8_t tos) override;
  void receive(RxBatch* batch, int64_t deadline_ns) override;
  void send(TxBatch* batch) override;
  void pause(int64_t until_ns) override;
  void wake() override;

  // For another backend, which serves some ports and packets by their own sockets.

  /** `receive` listens to this socket, too; 0 or an errno. */
  [[nodiscard]] int watch(int fd, RxSource* source);
  void unwatch(int fd, RxSource* source);
  /** Adds to the batch, which has room, what is there at one port. */
  void receive_from(MediaPort* port, RxBatch* batch);
  /** Sends packets that leave from one socket. */
  void send_run(const TxPacket* packets, size_t count);

 private:
  /** Packets taken from one socket before the next ready one gets its turn. */
  static constexpr size_t kPerSocket = 16;
  /** Ready sockets asked for in one epoll_wait. */
  static constexpr int kReady = 64;

  SocketsIo() = default;
  /** Opens what `receive` waits with; 0 or an errno. */
  [[nodiscard]] int open();
  [[nodiscard]] int listen(int fd, void* tag);
  void ignore(int fd, void* tag);
  RxSource* source_of(const void* tag) const;
  int wait(int64_t deadline_ns);

  Fd epoll_;
  Fd event_;
  // A timer rather than the timeout of epoll: it is exact, and needs no system call while the deadline stays the same.
  Fd timer_;
  int64_t timer_ns_ = 0;
  std::vector<RxSource*> sources_;
  // Ports and sources that the last epoll_wait named; those from ready_next_ on still wait for their turn.
  std::array<epoll_event, kReady> ready_;
  int ready_count_ = 0;
  int ready_next_ = 0;

  struct alignas(cmsghdr) Control {
    char bytes[CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(in6_pktinfo))];
  };
  std::array<mmsghdr, kPerSocket> rx_;
  std::array<iovec, kPerSocket> rx_iov_;
  std::array<sockaddr_storage, kPerSocket> rx_name_;
  std::array<Control, kPerSocket> rx_control_;
  std::array<mmsghdr, 2 * kBatch> tx_;
  std::array<iovec, 2 * kBatch> tx_iov_;
  std::array<sockaddr_storage, 2 * kBatch> tx_name_;
  std::array<SourceControl, 2 * kBatch> tx_source_;
};

}  // namespace rtpp
