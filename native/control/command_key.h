#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "control/control_datagram.h"

namespace rtpp {

/**
 * What a repeated command has in common with the first one: cookie and command. The sender does not count, and neither
 * do separators around the command; the cookie alone does not do, as controllers in containers make equal ones. Points
 * into the datagram, or wherever the key has been moved to.
 */
struct CommandKey {
  std::string_view cookie;
  std::string_view command;
  size_t hash = 0;

  bool operator==(const CommandKey& other) const {
    return hash == other.hash && cookie == other.cookie && command == other.command;
  }
};

struct CommandKeyHash {
  size_t operator()(const CommandKey& key) const { return key.hash; }
};

/** Makes the keys of a daemon, with a random seed: nobody can prepare commands whose hashes collide. */
class CommandKeys {
 public:
  CommandKeys();

  CommandKey of(const ControlDatagram& datagram) const;

 private:
  uint64_t seed_;
};

}  // namespace rtpp
