#pragma once

#include <array>
#include <memory>
#include <vector>

#include "io/shared/shared_lane.h"
#include "io/shared/source_cache.h"
#include "io/shared/steering.h"
#include "io/sockets/sockets_io.h"

namespace rtpp {

/**
 * The backend for many calls: the kernel steers the packets of all ports to one socket per family, so that one recvmmsg
 * returns those of many calls, and one sendmmsg on a raw socket sends to and from as many (architecture.md 7). Each
 * port keeps its own bound socket: that keeps the port ours, has the packets from before the port was steered, and
 * sends what needs more than a plain header, and everything if it has a route of its own (a mark, a VRF). Ports that
 * cannot be steered are served by SocketsIo.
 */
class SharedIo final : public PacketIo, private RefusalListener {
 public:
  /** For the worker of that number. Null with `*failure` set when it does not work for IPv4. */
  static std::unique_ptr<SharedIo> create(std::shared_ptr<Steering> steering, uint32_t worker, IoFailure* failure);

  int attach(MediaPort* port) override;
  Fd close(MediaPort* port) override;
  void set_tos(MediaPort* port, uint8_t tos) override;
  void receive(RxBatch* batch, int64_t deadline_ns) override;
  void send(TxBatch* batch) override;
  void pause(int64_t until_ns) override { sockets_->pause(until_ns); }
  void wake() override { sockets_->wake(); }

  /** Sends a packet from one port to another on the loopback interface and receives it. Without IPv6, or where that
   * fails, ports of that family are not steered. False with `*failure` set when it fails for IPv4. */
  [[nodiscard]] bool test(IoFailure* failure);

 private:
  SharedIo() = default;
  /** A port's own socket did not take it. */
  void refused(const TxPacket& packet, int error) override { refuse(packet, error); }
  SharedLane* lane_of(uint8_t family);
  SharedLane* lane_for(const TxPacket& packet, SharedLane::Source* source);
  void flush(SharedLane* lane);
  /** The shared socket did not take the packet at `index` of its queue: how many packets are dealt with thereby. */
  size_t send_otherwise(const SharedLane& lane, size_t index, int error);
  /** Sends packets of one port by its own socket. */
  void send_itself(const TxPacket* packets, size_t count);
  [[nodiscard]] int test(SharedLane* lane);

  /** Serves ports that are not steered, sends what needs a port's own socket, and waits. */
  std::unique_ptr<SocketsIo> sockets_;
  std::shared_ptr<Steering> steering_;
  /** Steered since the last `receive`: their own sockets may have packets from before. */
  std::vector<MediaPort*> fresh_;
  /** IPv4 and IPv6; null where there is none. */
  std::array<std::unique_ptr<SharedLane>, 2> lanes_;
  SourceCache sources_;
};

}  // namespace rtpp
