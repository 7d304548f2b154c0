#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "base/addr.h"
#include "base/fd.h"

namespace rtpp {

/**
 * The ports that a steering program looks up, in two maps: a table of all IPv4 port numbers, which is memory of ours
 * and the kernel's and has room for one address each, and a hash of what is not in it: IPv6, and numbers in use at
 * several addresses. Any thread.
 */
class SteeredPorts {
 public:
  /** What the table has for a port number. */
  struct Entry {
    /** As in the packet; 0: any. */
    uint32_t ip;
    /** Number of the socket, plus 1; 0: the port is not steered by the table. */
    uint16_t socket;
    /** How many addresses have this port number in the hash. */
    uint16_t others;
  };

  /** Key of the hash. The program puts it together in its own way from what the kernel tells it. */
  struct Key {
    /** As in the packet; an IPv4 address is followed by zeros. */
    uint8_t ip[16];
    /** Port number, and the family (4 or 6) in the upper half. */
    uint32_t port;
  };

  SteeredPorts() = default;
  ~SteeredPorts();
  SteeredPorts(const SteeredPorts&) = delete;
  SteeredPorts& operator=(const SteeredPorts&) = delete;

  /** Makes the maps; 0 or an errno. */
  [[nodiscard]] int create();
  int table() const { return table_.get(); }
  int hash() const { return hash_.get(); }

  /** Has packets to `local`, which may have the wildcard address, go to the socket of that number; 0 or an errno. */
  [[nodiscard]] int add(const Endpoint& local, uint32_t socket);
  void remove(const Endpoint& local);

 private:
  Fd table_;
  Fd hash_;
  /** Of every port number; the kernel reads it at any time. */
  Entry* entries_ = nullptr;
  std::mutex mutex_;
};

}  // namespace rtpp
