#pragma once

#include <cstdint>

#include "base/counter.h"
#include "io/batch.h"

namespace rtpp {

/** What a backend counts; written by the worker thread. */
struct IoCounters {
  /** Datagrams given up after the kernel refused them (ENOBUFS, EPERM, EAGAIN after retries; any other error at once).
   */
  Counter tx_errors;
  /** Datagrams that the kernel dropped because the queue of a socket for many ports was full. */
  Counter rx_drops;
};

/**
 * Packet input and output of one relay worker (design.md section 4). All calls but `wake` come from the worker's
 * thread. A port is a bound socket; a backend decides how packets get from and to it.
 */
class PacketIo {
 public:
  virtual ~PacketIo() = default;

  /** Starts delivering packets of an open port, which must stay in place until `detach`; 0 or an errno. */
  virtual int attach(MediaPort* port) = 0;
  /** Stops delivering; the caller closes the descriptor afterwards. Packets already in a batch stay there. */
  virtual void detach(MediaPort* port) = 0;
  /**
   * Fills `batch` with what is there. If that is nothing it waits for a packet or a `wake`, at most until `deadline_ns`
   * on the clock of `now_ns`, to a small fraction of a millisecond; 0: it does not wait.
   */
  virtual void receive(RxBatch* batch, int64_t deadline_ns) = 0;
  /** Sends everything in `batch` and empties it. Never blocks. */
  virtual void send(TxBatch* batch) = 0;
  /** Waits until `until_ns` on the clock of `now_ns`, or a `wake`; packets that come meanwhile stay where they are. */
  virtual void pause(int64_t until_ns) = 0;
  /** Any thread: makes a waiting `receive` or `pause` return. */
  virtual void wake() = 0;

  const IoCounters& counters() const { return counters_; }

 protected:
  IoCounters counters_;
};

}  // namespace rtpp
