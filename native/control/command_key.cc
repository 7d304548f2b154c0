#include "control/command_key.h"

#include "base/hash.h"
#include "base/random_seed.h"

namespace rtpp {
namespace {

uint64_t mix(uint64_t hash, std::string_view bytes) { return fnv1a(bytes.data(), bytes.size(), hash); }

}  // namespace

CommandKeys::CommandKeys() : seed_(random_seed()) {}

CommandKey CommandKeys::of(const ControlDatagram& datagram) const {
  const std::string_view command = trim_separators(datagram.command);
  // No cookie has a blank in it: what stands before the first one is the cookie.
  const uint64_t hash = mix(mix(mix(seed_, datagram.cookie), " "), command);
  return {datagram.cookie, command, hash ^ (hash >> 32)};
}

}  // namespace rtpp
