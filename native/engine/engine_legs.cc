#include <cerrno>

#include "engine/engine.h"

namespace rtpp {

int Engine::set_peer(SessionId id, int leg, PeerKind kind, const Endpoint& peer, bool asymmetric) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Command command;
  command.kind = CommandKind::kSetPeer;
  command.leg = static_cast<uint8_t>(leg);
  command.peer_kind = kind;
  command.peer = peer;
  command.asymmetric = asymmetric;
  post(session, command);
  return 0;
}

int Engine::set_resizer(SessionId id, int leg, int32_t ptime_ms) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  std::unique_ptr<Resizer>& resizer = session->resizers[leg];
  if (resizer == nullptr) {
    if (ptime_ms == 0) return 0;
    resizer = std::make_unique<Resizer>();
  }
  Command command;
  command.kind = CommandKind::kResize;
  command.leg = static_cast<uint8_t>(leg);
  command.value = ptime_ms;
  command.resizer = ptime_ms == 0 ? nullptr : resizer.get();
  post(session, command);
  return 0;
}

}  // namespace rtpp
