#pragma once

#include <atomic>
#include <cstdint>

#include "engine/events.h"
#include "engine/session.h"

namespace rtpp {

/**
 * Reports to the main thread, with the addresses and SSRCs that the log lines need. What the packets of a
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

  bool verbose() const { return verbose_.load(std::memory_order_relaxed); }

  EventRing* const ring_;
  std::atomic<bool> verbose_;
};

}  // namespace rtpp
