#pragma once

#include <array>

#include "access/policy.h"
#include "addon/convert.h"

namespace rtpp {

// Objects of `src/addon/access.ts`.

/** An address and a port as an object. */
struct SocketAddress : Endpoint {};

template <>
inline constexpr std::array kProperties<SocketAddress>{"host", "port"};
template <>
inline constexpr std::array kProperties<PeerBlock>{"host", "prefix", "firstPort", "lastPort"};
template <>
inline constexpr std::array kProperties<Alias>{"advertised", "local"};
template <>
inline constexpr std::array kProperties<AccessRules>{"control", "aliases", "allow", "deny"};

[[nodiscard]] bool read(Arguments& args, SocketAddress* out);
[[nodiscard]] bool read(Arguments& args, PeerBlock* out);
[[nodiscard]] bool read(Arguments& args, AccessRules* out);

}  // namespace rtpp
