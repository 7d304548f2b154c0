#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/admission.h"
#include "engine/batch_window.h"
#include "engine/events.h"
#include "engine/fork.h"
#include "engine/playout.h"
#include "engine/session.h"
#include "engine/stats.h"
#include "io/io.h"

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
 * Reports to the control thread, with the addresses and SSRCs that the log lines need. What the packets of a
 * stream cause has a budget; signalling, time-outs and failures have none.
 */
class Reporter {
 public:
  Reporter(EventRing* ring, bool verbose) : ring_(ring), verbose_(verbose) {}

  /** Session timer ended; false when the ring is full, so that the caller tries again. */
  bool timeout(const Session& session, uint8_t leg);
  void attach_failed(const Stream& stream, int error);
  /** The kernel did not take a packet to `dest`; told once for each leg. False when the ring is full. */
  bool refused(const Stream& exit, const Endpoint& dest, int error);
  void signalled(const Stream& stream, const LatchNotes& notes);
  void latched(const Stream& stream, const LatchNotes& notes, const Endpoint& source, const RtpView* rtp);
  void ssrc_changed(const Stream& stream, uint32_t before, const RtpView& rtp);
  void rtcp_guessed(const Stream& stream);
  /** Once a second for each stream: tells what was left out, or lets it report more. */
  void tick(Stream* stream) {
    if (!tell_left_out(stream)) stream->events.refill();
  }
  /** The count goes where the events would have gone; false when there is none, or no room for it. */
  bool tell_left_out(Stream* stream);
  /** Reported at any level; false when the ring is full. */
  bool denied(const Stream& stream, const Endpoint& peer, Denial denial, Way way);
  bool looped(const Stream& stream, const Endpoint& source, const RtpView* rtp);

  /** Any thread: whether informational events are reported from now on. */
  void set_verbose(bool verbose) { verbose_.store(verbose, std::memory_order_relaxed); }

 private:
  void moved(const Stream& stream, const LatchNotes& notes, const Endpoint& source, const RtpView* rtp);
  void taken(const Stream& stream, const LatchNotes& notes, const Endpoint& source);
  /** An event that packets cause, as far as the stream's budget allows. */
  void note(const Stream& stream, EventKind kind, const Endpoint& address, const RtpView* rtp, uint32_t value = 0,
            uint8_t detail = 0, uint8_t count = 0);
  /** `rtp` is null when no RTP packet stands behind the event. False when the ring is full. */
  bool push(const Stream& stream, EventKind kind, const Endpoint& address, const RtpView* rtp, uint32_t value = 0,
            uint8_t detail = 0, uint8_t count = 0);

  EventRing* ring_;
  bool verbose() const { return verbose_.load(std::memory_order_relaxed); }

  std::atomic<bool> verbose_;
};

/**
 * The way of one packet through its session (media.md 3.1): latch, count and analyse, resize, record, send. No sockets,
 * no clock, no allocation: packets come in a batch and leave in another one.
 */
class Relay : public RefusalListener {
 public:
  Relay(const RelayOptions& options, WorkerCounters* counters, Reporter* reporter, Taps* taps, Forks* forks,
        Playout* playout, Admission* admission, PacketIo* io);

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
  /** Before something is written: a flush takes the place of packets that are not in a batch yet. */
  void make_room(TxBatch* out);
  /** A copy with another sequence number. */
  TappedPacket renumbered(const TappedPacket& packet, uint16_t seq, TxBatch* out);
  void resize(Stream* stream, const TappedPacket& packet, const RtpView* rtp, int64_t now_ns, TxBatch* out);
  void forward(Stream* stream, const TappedPacket& packet, int64_t now_ns, TxBatch* out);

  RelayOptions options_;
  WorkerCounters* counters_;
  Reporter* reporter_;
  Taps* taps_;
  Forks* forks_;
  Playout* playout_;
  Admission* admission_;
  PacketIo* io_;
  /** Resized packets that were not sent yet. */
  std::unique_ptr<uint8_t[]> resized_;
  size_t resized_used_ = 0;
  /** Relayed packets since the last flush, which tells what the kernel took. */
  uint64_t relayed_ = 0;
  /** Packets leave by a port at the wildcard address for a peer that has not sent, as far as was known. */
  bool sourceless_ = false;
};

}  // namespace rtpp
