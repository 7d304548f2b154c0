#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "base/counter.h"
#include "base/fd.h"
#include "base/udp_headers.h"
#include "io/batch.h"
#include "io/media_socket.h"
#include "io/shared/steering.h"
#include "io/sockets/sockets_io.h"
#include "io/source_control.h"

namespace rtpp {

/** Bits of a port: its packets come in through a socket for many ports, and its own is only held. */
inline constexpr uint8_t kSteered = 1;
/** They leave by its own socket alone, which has a route that shared ones do not have. */
inline constexpr uint8_t kPinned = 2;

/** What a worker has for all steered ports of one family: a socket to receive from, one to send from, and the ports. */
class SharedLane final : public RxSource {
 public:
  /** Counts in `drops` what its queue has no room for. Null with `*failure` set when the kernel refuses something. */
  static std::unique_ptr<SharedLane> create(uint8_t family, Counter* drops, IoFailure* failure);

  /** The steered port at this address; null when there is none. */
  MediaPort* find(const Endpoint& local) const;
  void insert(MediaPort* port);
  void erase(MediaPort* port);

  void receive(RxBatch* batch) override;

  /** Where a packet comes from. */
  struct Source {
    Endpoint address;
    /** The kernel chose the address by the route, so the route must not be chosen by the address. */
    bool routed = false;
  };
  /** Adds a datagram to those that `transmit` sends; there must be room. */
  void push(const TxPacket& packet, const Source& source);
  /** Whether packets of that socket take the same routes as those that are sent here. */
  bool shares_route(int fd) const { return route_of(fd) == route_; }
  size_t queued() const { return queued_; }
  const TxPacket& queued_packet(size_t index) const { return *packets_[index]; }
  /** Sends queued datagrams from `first` on; how many, or -1 with errno set. */
  [[nodiscard]] int transmit(size_t first);
  void clear() { queued_ = 0; }

  /** The socket to receive from. */
  int receiver() const { return receiver_.get(); }
  uint8_t family() const { return family_; }
  /** Number of the socket among those that are steered to. */
  uint32_t number = 0;

 private:
  static constexpr size_t kQueue = 2 * kBatch;
  static constexpr size_t kPorts = 65536;
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  SharedLane(uint8_t family, Counter* drops);
  [[nodiscard]] int open_receiver();
  [[nodiscard]] int open_sender();
  /** Fills in where a datagram came from and went to. */
  void describe(size_t index, RxPacket* packet);

  const uint8_t family_;
  Counter* const drops_;
  Fd receiver_;
  Fd sender_;
  /** By port number; ports of different addresses are linked. From calloc: pages that nobody uses cost nothing. */
  std::unique_ptr<MediaPort*[], Free> ports_;
  SocketRoute route_;
  uint8_t ttl_ = 64;
  uint16_t id_ = 0;
  /** Total of datagrams that the kernel dropped at the receiver, as last reported. */
  uint32_t kernel_drops_ = 0;

  struct alignas(cmsghdr) Control {
    char bytes[CMSG_SPACE(sizeof(uint32_t)) + CMSG_SPACE(sizeof(sockaddr_in6))];
  };
  std::array<mmsghdr, kBatch> rx_;
  std::array<iovec, kBatch> rx_iov_;
  std::array<sockaddr_storage, kBatch> rx_name_;
  std::array<Control, kBatch> rx_control_;

  std::array<const TxPacket*, kQueue> packets_;
  std::array<mmsghdr, kQueue> tx_;
  std::array<std::array<iovec, 2>, kQueue> tx_iov_;
  std::array<sockaddr_storage, kQueue> tx_name_;
  std::array<SourceControl, kQueue> tx_source_;
  std::array<std::array<uint8_t, kMaxUdpHeaders>, kQueue> tx_headers_;
  size_t queued_ = 0;
};

}  // namespace rtpp
