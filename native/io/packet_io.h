#pragma once

#include <cstdint>

#include "base/counter.h"
#include "base/fd.h"
#include "io/batch.h"

namespace rtpp {

/** What a backend counts; written by the worker thread. */
struct IoCounters {
  /** Datagrams that the kernel did not take. */
  Counter refused;
  /** Datagrams that the kernel dropped because the queue of a socket for many ports was full. */
  Counter rx_drops;
};

/** Hears of each packet that was not sent, before `send` returns. */
class RefusalListener {
 public:
  virtual ~RefusalListener() = default;
  /** The kernel did not take it; `error` is an errno. */
  virtual void refused(const TxPacket& packet, int error) = 0;
};

/**
 * Packet input and output of one relay worker: its half of a backend (IoBackend, architecture.md 7). All calls but
 * `wake` come from the worker's thread. A port is a bound socket; a backend decides how packets get from and to it.
 */
class PacketIo {
 public:
  virtual ~PacketIo() = default;

  /** Starts delivering packets of an open port, which must stay in place until `close`; 0 or an errno. */
  [[nodiscard]] virtual int attach(MediaPort* port) = 0;
  /**
   * Stops delivering, if that was begun, and frees the port; packets already in a batch stay there. Returns its socket
   * for `IoBackend::give_back` if it may be used again.
   */
  virtual Fd close(MediaPort* port) = 0;
  /** TOS byte of what is sent from an open port from now on; IPv4 only. */
  virtual void set_tos(MediaPort* port, uint8_t tos) = 0;
  /**
   * Fills `batch` with what is there. If that is nothing it waits for a packet or a `wake`, at most until `deadline_ns`
   * on the clock of `now_ns`, to a small fraction of a millisecond; 0: it does not wait.
   */
  virtual void receive(RxBatch* batch, int64_t deadline_ns) = 0;
  /**
   * Sends everything in `batch` and empties it. Never waits, nor gives the processor away: what one destination costs
   * is what the others of the worker lose.
   */
  virtual void send(TxBatch* batch) = 0;
  /** Waits until `until_ns` on the clock of `now_ns`, or a `wake`; packets that come meanwhile stay where they are. */
  virtual void pause(int64_t until_ns) = 0;
  /** Any thread: makes a waiting `receive` or `pause` return. */
  virtual void wake() = 0;

  /** Before the first `send`; `listener` outlives the last one. */
  void tell_refusals(RefusalListener* listener) { listener_ = listener; }
  const IoCounters& counters() const { return counters_; }

 protected:
  void refuse(const TxPacket& packet, int error) {
    counters_.refused.add();
    if (listener_ != nullptr) listener_->refused(packet, error);
  }

  IoCounters counters_;

 private:
  RefusalListener* listener_ = nullptr;
};

}  // namespace rtpp
