#pragma once

#include <array>
#include <cstdint>

namespace rtpp {

/** Numbers of the ports that a worker's legs have for RTP; at different addresses more than one may have the same. */
class RtpPorts {
 public:
  void add(uint16_t port) { ++legs_of_[port]; }
  void remove(uint16_t port) { --legs_of_[port]; }
  bool has(uint16_t port) const { return legs_of_[port] != 0; }

 private:
  std::array<uint16_t, 65536> legs_of_{};
};

}  // namespace rtpp
