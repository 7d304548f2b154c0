#include "control/command_key.h"

#include "base/random_seed.h"

namespace rtpp {
namespace {

// FNV-1a, 64 bits.
constexpr uint64_t kPrime = 1099511628211U;

uint64_t mix(uint64_t hash, std::string_view bytes) {
  for (const char byte : bytes) hash = (hash ^ static_cast<uint8_t>(byte)) * kPrime;
  return hash;
}

}  // namespace

CommandKeys::CommandKeys() : seed_(random_seed()) {}

CommandKey CommandKeys::of(const ControlDatagram& datagram) const {
  const std::string_view command = trim_separators(datagram.command);
  // No cookie has a blank in it: what stands before the first one is the cookie.
  const uint64_t hash = mix(mix(mix(seed_, datagram.cookie), " "), command);
  return {datagram.cookie, command, hash ^ (hash >> 32)};
}

}  // namespace rtpp
