#include "addon/access_rules.h"

namespace rtpp {

bool read(Arguments& args, SocketAddress* out) {
  return read_properties(args, kProperties<SocketAddress>, static_cast<Endpoint*>(out));
}

namespace {

/** The addresses of a block: '' stands for all of them. */
struct Network {
  Endpoint first;
  Bounded<0, 128> prefix;
};

bool read(Arguments& args, Network* out) {
  if (args.is_empty_text()) {
    (void)args.take();
  } else {
    Host host;
    if (!read(args, &host)) return false;
    out->first = host;
  }
  const int bits = out->first.family == 6 ? 128 : out->first.family == 4 ? 32 : 0;
  double prefix;
  if (!read_whole(args, 0, bits, &prefix)) return false;
  out->prefix = static_cast<int32_t>(prefix);
  return true;
}

}  // namespace

template <>
inline constexpr size_t kArguments<Network> = 2;

bool read(Arguments& args, PeerBlock* out) {
  Network network;
  if (!read_properties(args, kProperties<PeerBlock>, &network, &out->first_port, &out->last_port)) {
    return false;
  }
  out->first = network.first;
  out->prefix = static_cast<uint8_t>(network.prefix);
  return true;
}

bool read(Arguments& args, Alias* out) {
  Host advertised;
  Host local;
  if (!read_properties(args, kProperties<Alias>, &advertised, &local)) return false;
  *out = {advertised, local};
  return true;
}

bool read(Arguments& args, AccessRules* out) {
  std::vector<SocketAddress> control;
  if (!read_properties(args, kProperties<AccessRules>, &control, &out->aliases, &out->allow, &out->deny)) {
    return false;
  }
  out->control.assign(control.begin(), control.end());
  return true;
}

}  // namespace rtpp
