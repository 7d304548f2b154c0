#pragma once

#include <array>
#include <cstdint>

#include "base/addr.h"

namespace rtpp {

/**
 * The local address that the kernel would send from, per remote host: ports at the wildcard address need it for headers
 * of their own. A look-up costs system calls, so an answer is good for some seconds.
 */
class SourceCache {
 public:
  /** Without a port; empty when there is no route. */
  const Endpoint& towards(const Endpoint& remote, int64_t now_ns);

 private:
  struct Entry {
    Endpoint remote;
    Endpoint source;
    int64_t until_ns = 0;
  };
  static constexpr size_t kEntries = 256;

  /** Hosts that share a place take it from one another. */
  std::array<Entry, kEntries> entries_;
};

}  // namespace rtpp
