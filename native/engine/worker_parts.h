#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <utility>

#include "engine/admission.h"
#include "engine/events.h"
#include "engine/fork.h"
#include "engine/mailbox.h"
#include "engine/playout.h"
#include "engine/relay.h"
#include "engine/reporter.h"
#include "engine/roster.h"
#include "engine/stats.h"
#include "engine/tap.h"
#include "engine/watch.h"
#include "io/packet_io.h"
#include "io/rtp_ports.h"

namespace rtpp {

/** What the main thread waits for until the end of the worker's next pass; it asks one thing at a time. */
struct Question {
  /** Null when it waits for nothing. */
  Completion* done = nullptr;
  /** Whose figures it wants; they are in the main thread's memory. */
  std::span<const WantedFigures> wanted;
};

/** Figures that the main thread does not wait for. */
struct AskedFigures {
  /** Null when there is no question. */
  std::atomic<uint32_t>* open = nullptr;
  /** They are in the main thread's memory. */
  std::span<const WantedFigures> wanted;
};

/** What one relay worker works with. The operations on its sessions get at it here, on its thread. */
struct WorkerParts {
  WorkerParts(const RelayOptions& options, std::unique_ptr<PacketIo> packet_io)
      : io(std::move(packet_io)),
        reporter(&events, options.verbose),
        admission(&counters, &reporter),
        taps(io.get(), &admission),
        watch(&counters),
        forks(io.get(), options.duplicate_small, &taps, &admission),
        playout(io.get(), options.duplicate_small, &counters.packets_played, &admission, options.play_ttl_ns) {}

  const std::unique_ptr<PacketIo> io;
  WorkerCounters counters;
  EventRing events;
  Reporter reporter;
  Admission admission;
  Taps taps;
  Watch watch;
  Forks forks;
  Playout playout;
  Roster sessions;
  RtpPorts rtp_ports;
  Question question;
  AskedFigures asked;
};

}  // namespace rtpp
