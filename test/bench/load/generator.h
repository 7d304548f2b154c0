#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <vector>

#include "address.h"
#include "phone_socket.h"
#include "probe.h"
#include "tally.h"

namespace load {

/** What all threads of a run have in common. */
struct Plan {
  /** Identifies the run in its packets. */
  uint64_t run;
  /** CLOCK_MONOTONIC of the first packet. */
  int64_t start_ns;
  /** Of the sending. */
  unsigned seconds;
  /** Packets per second of each phone. */
  unsigned rate;
  /** Seconds between two digits of a phone, and between two of its RTCP reports; 0: none. */
  unsigned digits;
  unsigned rtcp;
  /** Shortest sleep between packets: those that fall due meanwhile are sent at once. */
  int64_t pace_ns;
  /** How long to wait for packets after the last was sent. */
  int64_t drain_ns;
};

/** One end of a session. */
struct Phone {
  PhoneSocket socket;
  /** The relay's port for this phone. */
  Address relay;
  /** The one behind, for RTCP. */
  Address relay_rtcp;
  uint32_t session;
  uint32_t side;
  /** Packets sent, the number of the next one. */
  uint32_t sent = 0;
  /** Packets of the other phone of the session that have arrived, each counted once. */
  uint32_t received = 0;
  uint32_t next_expected = 0;
  /** Which numbers have arrived. */
  std::vector<bool> seen;
};

/**
 * Plays the phones of some sessions, in one thread: sends their packets at their scheduled times, one after the other
 * through the period of a phone, and reads what has arrived for a phone each time that it has sent a few. It never
 * waits for packets to arrive: the kernel notes when they do, so reading them late costs nothing, takes one system call
 * for several, and leaves the relay's work alone, which would wake up a reader otherwise.
 */
class Generator {
 public:
  /** `delay_ns` moves the schedule so that several generators take turns. */
  Generator(const Plan& plan, std::vector<Phone> phones, int64_t delay_ns);
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  /** Sends and receives until the plan is done. */
  void run();

  const Tally& tally() const { return tally_; }
  const std::vector<Phone>& phones() const { return phones_; }

 private:
  static constexpr unsigned kBatch = 16;
  /** Longer packets are none of ours. */
  static constexpr unsigned kSlotSize = kProbeSize + 1;

  struct Slot {
    uint8_t packet[kSlotSize];
    sockaddr_storage source;
    alignas(cmsghdr) uint8_t control[CMSG_SPACE(sizeof(timespec))];
    iovec vector;
  };

  void send_all();
  void drain();
  void send(Phone* phone, int64_t due_ns);
  void set_event(const Phone& phone, Probe* probe) const;
  void report(const Phone& phone, const Probe& probe);
  void receive(Phone* phone);
  void accept(Phone* phone, const Slot& slot, unsigned size, int64_t arrival_ns);
  bool complete() const;
  void prepare(unsigned index);
  Second& second_of(int64_t sent_ns);

  const Plan plan_;
  std::vector<Phone> phones_;
  const int64_t delay_ns_;
  Tally tally_;
  Slot slots_[kBatch] = {};
  mmsghdr messages_[kBatch] = {};
  uint8_t outgoing_[kProbeSize];
};

}  // namespace load
