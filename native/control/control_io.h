#pragma once

#include <pthread.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "base/addr.h"
#include "base/fd.h"
#include "control/control_gate.h"
#include "control/request_book.h"

namespace rtpp {

/** Tells the executing thread that there are commands. Called on the control thread. */
class ControlListener {
 public:
  virtual ~ControlListener() = default;
  virtual void commands_pending() = 0;
};

/**
 * The UDP control sockets of a daemon and the thread that receives from them in batches. It answers repeated commands,
 * V and VF by itself, also while the executing thread is busy; everything else waits in the book until that thread, the
 * one that calls the functions here, takes it. Nothing throws; errors are errno values.
 */
class ControlIo {
 public:
  /** Null with `*error` set to an errno when the kernel gives no descriptors or thread. */
  static std::unique_ptr<ControlIo> create(ControlListener* listener, int* error);
  ~ControlIo();

  /**
   * Binds a socket (port 0: any) and starts to serve it; 0 or an errno. One that is bound to any address replies from
   * the address that was asked.
   */
  int open(const Endpoint& local, ControlSocketId* id);
  /** Port of a socket; 0 for one that is not open. */
  uint16_t port(ControlSocketId id);
  /** The port is free afterwards; commands of the socket that were not taken are forgotten. */
  void close(ControlSocketId id);

  void answer_versions(std::string base, std::vector<std::string> dates);
  void leave_versions();

  /** See RequestBook::take. */
  size_t take(uint8_t* buffer, size_t room, ControlRequest* out, size_t max);
  /** Replies to commands that were taken: `count` ids and sizes, the texts one after the other. Sends them. */
  void reply(const uint8_t* texts, const int32_t* ids, const int32_t* sizes, size_t count);

  ControlFigures figures();
  /** Who may send commands; datagrams of others are dropped. */
  ControlGate& gate() { return gate_; }
  /** Ends the thread and closes every socket. Safe to call twice; no other call may follow. */
  void stop();

 private:
  struct Socket {
    ControlSocketId id;
    Fd fd;
    uint16_t port;
    /** Bound to any address: replies come from the one that was asked. */
    bool wildcard;
  };
  struct Receiver;

  explicit ControlIo(ControlListener* listener) : listener_(listener) {}
  void run();
  void receive(Receiver* receiver, const std::shared_ptr<Socket>& socket);
  void send(const ControlOutbox& outbox);
  std::shared_ptr<Socket> find(ControlSocketId id);

  ControlListener* const listener_;
  Fd epoll_;
  Fd event_;
  /** Guards what follows; held for moments only, never during a system call. */
  std::mutex mutex_;
  RequestBook book_;
  std::vector<std::shared_ptr<Socket>> sockets_;
  ControlSocketId last_id_ = 0;

  ControlGate gate_;
  /** Of the executing thread. */
  ControlOutbox replies_;
  std::atomic<bool> stopping_{false};
  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace rtpp
