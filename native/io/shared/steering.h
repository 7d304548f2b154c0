#pragma once

#include <cstdint>
#include <memory>

#include "base/addr.h"
#include "base/fd.h"
#include "io/io_failure.h"
#include "io/shared/steered_ports.h"

namespace rtpp {

/**
 * Has the kernel deliver packets for chosen ports to sockets that are shared by all ports of a worker: a program that
 * is asked for every packet which no connection claims (sk_lookup). It knows the chosen ports alone, so nobody else's
 * packets are touched, and several daemons get along. Everything goes with the last descriptor, that is, with the
 * process. Any thread.
 */
class Steering {
 public:
  /** For sockets numbered from 0 to `sockets` - 1. Null with `*failure` set where the kernel or our rights do not do.
   */
  static std::unique_ptr<Steering> create(uint32_t sockets, IoFailure* failure);

  /** A bound UDP socket that ports can be steered to; 0 or an errno. */
  [[nodiscard]] int set_socket(uint32_t number, int fd);
  /**
   * Packets to `local`, which may have the wildcard address, go to the socket of that number; 0 or an errno. The caller
   * must have a socket bound there, so that the port is nobody else's.
   */
  [[nodiscard]] int add(const Endpoint& local, uint32_t number) { return ports_.add(local, number); }
  void remove(const Endpoint& local) { ports_.remove(local); }

 private:
  Steering() = default;
  SteeredPorts ports_;
  Fd sockets_;
  Fd program_;
  /** Last, so closed first: then nothing is steered any more. */
  Fd link_;
};

}  // namespace rtpp
