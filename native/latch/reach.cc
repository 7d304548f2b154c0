#include "latch/reach.h"

#include <cstring>

namespace rtpp {
namespace {

/** Address ranges that packets of the others do not reach without translation. */
enum class Scope { kPublic, kLoopback, kLinkLocal, kTen, kOneSevenTwo, kOneNineTwo, kShared, kUniqueLocal };

Scope scope_v4(const uint8_t* ip) {
  if (ip[0] == 10) return Scope::kTen;
  if (ip[0] == 172 && (ip[1] & 0xf0) == 16) return Scope::kOneSevenTwo;
  if (ip[0] == 192 && ip[1] == 168) return Scope::kOneNineTwo;
  if (ip[0] == 100 && (ip[1] & 0xc0) == 64) return Scope::kShared;
  if (ip[0] == 169 && ip[1] == 254) return Scope::kLinkLocal;
  return ip[0] == 127 ? Scope::kLoopback : Scope::kPublic;
}

Scope scope_v6(const uint8_t* ip) {
  static constexpr uint8_t kLoopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if ((ip[0] & 0xfe) == 0xfc) return Scope::kUniqueLocal;
  if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80) return Scope::kLinkLocal;
  return std::memcmp(ip, kLoopback, sizeof kLoopback) == 0 ? Scope::kLoopback : Scope::kPublic;
}

Scope scope_of(const Endpoint& endpoint) {
  return endpoint.family == 6 ? scope_v6(endpoint.ip) : scope_v4(endpoint.ip);
}

}  // namespace

bool unreachable(const Endpoint& signalled, const Endpoint& source) {
  if (signalled.empty()) return true;
  const Scope scope = scope_of(signalled);
  return scope != Scope::kPublic && scope != scope_of(source);
}

}  // namespace rtpp
