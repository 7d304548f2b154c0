#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/addr.h"

namespace rtpp {

/** Longest datagram that is relayed; the rest of a longer one is cut off (media.md 3.1). */
inline constexpr size_t kMaxDatagram = 8192;
/** With `-2` shorter datagrams are sent twice (media.md 3.1). */
inline constexpr uint32_t kSmallDatagram = 128;
/** Packets taken per pass of the relay loop. */
inline constexpr size_t kBatch = 64;

/** A bound media socket, as the worker that relays its packets keeps it. */
struct MediaPort {
  bool open() const { return fd >= 0; }

  /** The bound socket. */
  int fd = -1;
  /** Where it is bound. */
  Endpoint local;
  /** TOS byte of what is sent. */
  uint8_t tos = 0;
  /** Room for what the backend knows of the port, from `attach` to `close`: a few bits, and a list of ports. */
  uint8_t backend_bits = 0;
  MediaPort* backend_next = nullptr;
  /** Total of datagrams that the kernel dropped at this socket, as last reported (SO_RXQ_OVFL). */
  uint32_t kernel_drops = 0;
  /** Packets sent from here, whoever wanted it, that the kernel did not take. */
  uint32_t refused = 0;
  /** The stream that the port belongs to; the backend only hands it back. */
  void* owner = nullptr;
};

/** One received datagram; `data` is valid until the next receive. */
struct RxPacket {
  uint8_t* data;
  uint32_t len;
  /** The port's total of dropped datagrams when this one was queued; 0 when nothing was ever dropped. */
  uint32_t kernel_drops;
  Endpoint source;
  /** Address that it was sent to, without a port; empty unless the socket was told to tell (`reply_from_arrival`). */
  Endpoint local;
  MediaPort* port;
};

/** Packets of one pass, of any number of ports, in order of arrival per port. */
struct RxBatch {
  RxBatch() : buffers(std::make_unique_for_overwrite<uint8_t[]>(kBatch * kMaxDatagram)) {}
  uint8_t* buffer(size_t i) { return buffers.get() + i * kMaxDatagram; }

  std::unique_ptr<uint8_t[]> buffers;
  std::array<RxPacket, kBatch> packets;
  size_t count = 0;
  /** Buffers in use; more than packets when some were dropped. */
  size_t used = 0;
};

/**
 * One datagram to send from the socket `fd`; `data` must stay valid until the flush, and so must `from`, the media port
 * whose socket that is, or null for another one, and `source`.
 */
struct TxPacket {
  const uint8_t* data;
  uint32_t len;
  int fd;
  Endpoint dest;
  const MediaPort* from = nullptr;
  /** Of a port at the wildcard address: the local address to send from; null: as the kernel chooses. */
  const Endpoint* source = nullptr;
  /** The stream that counted it as relayed, or null; the backend only hands it back. */
  void* relayed = nullptr;
};

/** Datagrams to send in one flush. Room for every received packet, sent twice (`-2`). */
struct TxBatch {
  bool full() const { return count == packets.size(); }
  void push(const TxPacket& packet) { packets[count++] = packet; }

  std::array<TxPacket, 2 * kBatch> packets;
  size_t count = 0;
};

}  // namespace rtpp
