#pragma once

#include <cstdint>
#include <memory>

#include "engine/admission.h"
#include "engine/batch_window.h"
#include "engine/fork.h"
#include "engine/playout.h"
#include "engine/reporter.h"
#include "engine/session.h"
#include "engine/stats.h"
#include "engine/watch.h"
#include "io/packet_io.h"

namespace rtpp {

/** What is the same for every session of the daemon. */
struct RelayOptions {
  /** `-2`: send datagrams below 128 bytes twice. */
  bool duplicate_small = false;
  /** Mode of latching: `guarded` instead of `compat`. */
  bool guarded = false;
  /** Report what latching does as events (the log is at INFO or below). */
  bool verbose = false;
  /** Nanoseconds for which a player keeps a session alive without a packet from either party. */
  int64_t play_ttl_ns = kEndless;
  /** Microseconds between two passes of a relay loop that has work; kAutoWindow: as the load asks for. */
  int32_t batch_window = kAutoWindow;
};

/**
 * The way of one packet through its session (media.md 3.1): latch, count and analyse, resize, witness, send. No
 * sockets, no clock, no allocation: packets come in a batch and leave in another one.
 */
class Relay : public RefusalListener {
 public:
  Relay(const RelayOptions& options, WorkerCounters* counters, Reporter* reporter, Taps* taps, Watch* watch,
        Forks* forks, Playout* playout, Admission* admission, PacketIo* io);

  /**
   * `now_ns` is monotonic, `wall` Unix seconds of the same moment. Adds what leaves to `out`; when that is full its
   * packets are sent to make room.
   */
  void process(const RxPacket& packet, int64_t now_ns, double wall, TxBatch* out);
  /** Decides about the address of a leg what time alone decides, before something is sent there. */
  void review(Leg* leg, int64_t now_ns);
  /** Sends what is in `out`, and copies; to be called before the next packets are received. */
  void flush(TxBatch* out);
  /** A packet of a flush was not sent after all: a relayed one, a copy, or one of a player. */
  void refused(const TxPacket& packet, int error) override;

 private:
  /** Bytes of resized packets between two flushes. */
  static constexpr size_t kResized = 16 * kMaxDatagram;

  /** Who has sent first in the meantime, with packets behind those that go to it, is answered from where it sent to. */
  static void find_sources(TxBatch* out);
  bool latch(Leg* leg, Stream* stream, const Endpoint& source, const RtpView* rtp, int64_t now_ns);
  /** What a packet or time has changed: who is told, and what follows. */
  void latched(Leg* leg, Stream* stream, const LatchNotes& notes, const Endpoint& source, const RtpView* rtp,
               int64_t now_ns);
  void analyse(Leg* leg, const RtpView* rtp, const Endpoint& source, int64_t now_ns, double wall);
  /** RTCP, on a port of its own or on that of RTP; or something else that is not RTP. */
  void note_rtcp(const Stream& stream, const RxPacket& packet, int64_t now_ns);
  /** Before something is written: a flush takes the place of packets that are not in a batch yet. */
  void make_room(TxBatch* out);
  /** A copy with another sequence number. */
  TappedPacket renumbered(const TappedPacket& packet, uint16_t seq, TxBatch* out);
  void resize(Stream* stream, const TappedPacket& packet, const RtpView* rtp, int64_t now_ns, TxBatch* out);
  /** A packet that goes no further. */
  void discard(const Stream& stream);
  void forward(Stream* stream, const TappedPacket& packet, int64_t now_ns, TxBatch* out);

  RelayOptions options_;
  WorkerCounters* counters_;
  Reporter* reporter_;
  Taps* taps_;
  Watch* watch_;
  Forks* forks_;
  Playout* playout_;
  Admission* admission_;
  PacketIo* io_;
  /** Resized packets that were not sent yet. */
  std::unique_ptr<uint8_t[]> resized_;
  size_t resized_used_ = 0;
  /** Relayed packets since the last flush, which tells what the kernel took. */
  uint64_t relayed_ = 0;
  /** RTCP among them. */
  uint64_t rtcp_relayed_ = 0;
  /** Packets leave by a port at the wildcard address for a peer that has not sent, as far as was known. */
  bool sourceless_ = false;
};

}  // namespace rtpp
