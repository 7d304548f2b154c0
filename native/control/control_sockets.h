#pragma once

#include <pthread.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/addr.h"
#include "base/fd.h"
#include "control/control_gate.h"
#include "control/request_book.h"

namespace rtpp {

class ControlListener {
 public:
  virtual ~ControlListener() = default;
  /** Control thread: there are commands for the main thread. */
  virtual void commands_pending() = 0;
  /** Main thread: the first socket is open, or none is any more. */
  virtual void serving(bool) {}
};

/** Replies to commands that were taken: as many ids as sizes in bytes, and the texts one after the other. */
struct ControlReplies {
  std::span<const uint8_t> texts;
  std::span<const int32_t> ids;
  std::span<const int32_t> sizes;
};

/**
 * The UDP control sockets of a daemon and the thread that receives from them in batches. It answers repeated commands,
 * V and VF by itself, also while the main thread is busy; everything else waits in the book until the main thread,
 * which calls the functions here, takes it. Nothing throws; errors are errno values.
 */
class ControlSockets {
 public:
  /** Null with `*error` set to an errno when the kernel gives no descriptors or thread. */
  static std::unique_ptr<ControlSockets> create(ControlListener* listener, int* error);
  ~ControlSockets();

  /**
   * Binds a socket (port 0: any) and starts to serve it; its number, or a negative errno. One that is bound to any
   * address replies from the address that was asked.
   */
  ControlSocketId open(const Endpoint& local);
  /** Port of a socket; 0 for one that is not open. */
  uint16_t port(ControlSocketId id);
  /** The port is free afterwards; commands of the socket that were not taken are forgotten. */
  void close_socket(ControlSocketId id);

  void answer_versions(std::string base, std::vector<std::string> dates);
  void leave_versions();

  /** See RequestBook::take. */
  size_t take(std::span<uint8_t> buffer, std::span<ControlRequest> out);
  /** Sends replies; a command whose text is empty is forgotten. */
  void reply(const ControlReplies& replies);

  ControlFigures figures();
  /** Datagrams of anybody else are dropped from now on; an empty list is everybody. */
  void allow_only(std::vector<PeerBlock> blocks) { gate_.allow_only(std::move(blocks)); }
  /** Who sent the last datagram that was dropped because of that; nobody: empty. */
  Endpoint last_denied() { return gate_.denied().last; }
  /** Ends the thread and closes every socket. Safe to call twice; no other call may follow. */
  void close();

 private:
  struct Socket {
    ControlSocketId id;
    Fd fd;
    uint16_t port;
    /** Bound to any address: replies come from the one that was asked. */
    bool wildcard;
  };
  struct Receiver;

  explicit ControlSockets(ControlListener* listener) : listener_(listener) {}
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
  /** Of the main thread. */
  ControlOutbox replies_;
  std::atomic<bool> stopping_{false};
  pthread_t thread_{};
  bool started_ = false;
};

}  // namespace rtpp
