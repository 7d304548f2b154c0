#pragma once

#include <cstdint>
#include <vector>

#include "histogram.h"

namespace load {

/** Packets by the second in which they were sent, counted from the start of the run; the last has the late ones too. */
struct Second {
  uint64_t sent = 0;
  /** One-way latency; its count is the number of packets received. */
  Histogram latency;
};

/** What one thread has sent and seen. */
struct Tally {
  explicit Tally(unsigned seconds) : timeline(seconds) {}

  void merge(const Tally& other) {
    sent += other.sent;
    send_errors += other.send_errors;
    duplicated += other.duplicated;
    reordered += other.reordered;
    misdelivered += other.misdelivered;
    corrupted += other.corrupted;
    foreign += other.foreign;
    overflowed += other.overflowed;
    digits += other.digits;
    reports_sent += other.reports_sent;
    reports_received += other.reports_received;
    lateness.merge(other.lateness);
    for (size_t i = 0; i < timeline.size(); ++i) {
      timeline[i].sent += other.timeline[i].sent;
      timeline[i].latency.merge(other.timeline[i].latency);
    }
  }

  uint64_t sent = 0;
  uint64_t send_errors = 0;
  /** Beyond the first copy. */
  uint64_t duplicated = 0;
  /** Arrived after a packet that was sent later. */
  uint64_t reordered = 0;
  /** At the wrong phone, or from another address than the relay's port for the phone. */
  uint64_t misdelivered = 0;
  uint64_t corrupted = 0;
  uint64_t foreign = 0;
  /** Dropped by the kernel because this program was too slow: no fault of the relay. */
  uint64_t overflowed = 0;
  /** Digits sent, and RTCP reports. */
  uint64_t digits = 0;
  uint64_t reports_sent = 0;
  uint64_t reports_received = 0;
  /** How much later than scheduled packets were sent. */
  Histogram lateness;
  std::vector<Second> timeline;
};

}  // namespace load
