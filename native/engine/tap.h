#pragma once

#include <cstdint>

#include "base/addr.h"
#include "io/packet_io.h"
#include "sinks/writer.h"

namespace rtpp {

class Admission;
struct Stream;

struct TapAddresses {
  /** Where a copy goes. */
  Endpoint copy_to;
  /** Local address that the routing table chose towards `routed_to`. */
  Endpoint routed_to;
  Endpoint route;
};

/** Where packets received on a stream go besides the other party: into a recording, or to a third address (media.md 6).
 */
struct Tap {
  RecordFile* file = nullptr;
  /** Socket of a copy, which the tap owns; -1 for none. */
  int copy_fd = -1;
  /** RTCP in a single pcap file is shown as it is sent on (media.md 6.5). */
  bool as_sent = false;
  /** Room that only an active tap uses. */
  TapAddresses* addresses = nullptr;

  bool active() const { return file != nullptr || copy_fd >= 0; }
};

/** A packet that passes a tap. */
struct TappedPacket {
  const uint8_t* data;
  uint32_t len;
  Endpoint source;
  /** Address that it was sent to, when the socket tells; its port is not set. */
  Endpoint local;
  /** Unix seconds of its arrival, as far as one look at the clock per batch of packets can tell. */
  double wall;
  /** Of valid RTP. */
  uint8_t payload_type = kNoPayloadType;

  static constexpr uint8_t kNoPayloadType = 0xff;
};

/** The taps of one worker's streams: feeds recordings and sends copies. */
class Taps {
 public:
  Taps(PacketIo* io, Admission* admission) : io_(io), admission_(admission) {}

  /** Records the stream from now on. A stream that has a tap keeps it. */
  static void record(Stream* stream, RecordFile* file, bool as_sent);
  /** Copies the stream from now on and takes over the socket. A stream that has a tap keeps it. */
  static void copy(Stream* stream, int fd, const Endpoint& to);
  static void stop(Stream* stream);

  /** A packet received on `stream`, about to leave by `exit`. Its data must stay valid until `flush`. */
  void packet(Stream* stream, const Stream& exit, const TappedPacket& packet);
  /** Sends the copies. */
  void flush() {
    if (copies_.count > 0) io_->send(&copies_);
  }

 private:
  PacketIo* const io_;
  Admission* const admission_;
  // Apart from what is relayed, so that copies neither delay it nor break up runs of packets of one socket.
  TxBatch copies_;
};

}  // namespace rtpp
