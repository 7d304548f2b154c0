#include <utility>

#include "access/media_ports.h"
#include "base/clock.h"
#include "engine/worker.h"
#include "io/port_sockets.h"

namespace rtpp {

void Worker::apply(const Command& command) {
  Session* session = command.session;
  switch (command.kind) {
    case CommandKind::kOpenLeg:
      open_leg(command);
      break;
    case CommandKind::kSetTos:
      for (Stream* stream : {&session->legs[command.leg].rtp, &session->legs[command.leg].rtcp}) {
        stream->port.tos = static_cast<uint8_t>(command.value);
      }
      break;
    case CommandKind::kComplete:
      session->complete = true;
      break;
    case CommandKind::kSetPeer:
      set_peer(command);
      break;
    case CommandKind::kSetTtl:
      set_ttl(session, command);
      break;
    case CommandKind::kResize:
      resize(command);
      break;
    case CommandKind::kRestart:
      restart(session);
      break;
    case CommandKind::kSnapshot:
      // Answered by publish(): the packets in hand came before the question.
      asked_ = command;
      break;
    case CommandKind::kRecord:
    case CommandKind::kCopy:
    case CommandKind::kStopTap:
      change_tap(command);
      break;
    case CommandKind::kPlay:
      playout_.play(&session->legs[command.leg], command.player, now_ns());
      break;
    case CommandKind::kStopPlay:
      playout_.stop(&session->legs[command.leg]);
      break;
    case CommandKind::kFork:
      Forks::start(command.fork, command.source, session, command.crossed);
      break;
    case CommandKind::kAdopt:
      admission_.adopt(command.policy);
      break;
    case CommandKind::kRemove:
      remove(session);
      break;
    case CommandKind::kSync:
      // Answered by publish(): sessions removed before must be on the retired list, and no packet in hand may need
      // them.
      synced_ = command.done;
      break;
  }
}

void Worker::open_leg(const Command& command) {
  Session* session = command.session;
  if (!session->linked) link(session);
  Leg& leg = session->legs[command.leg];
  close_port(&leg.rtp.port);
  close_port(&leg.rtcp.port);
  leg.rtp.port.local = leg.rtcp.port.local = command.local;
  ++leg.rtcp.port.local.port;
  leg.rtp.port.tos = leg.rtcp.port.tos = static_cast<uint8_t>(command.value);
  // The session's own ports are others now.
  for (Leg& each : session->legs) each.judged.version = 0;
  attach(&leg.rtp, command.fds[0]);
  attach(&leg.rtcp, command.fds[1]);
  playout_.changed(&leg, now_ns());
}

void Worker::attach(Stream* stream, int fd) {
  stream->port.fd = fd;
  stream->port.kernel_drops = 0;
  stream->port.owner = stream;
  const int error = io_->attach(&stream->port);
  MediaPorts::of_process().add(stream->port.local);
  if (error != 0) reporter_.attach_failed(*stream, error);
}

void Worker::close_port(MediaPort* port, Fd* idle) {
  if (!port->open()) return;
  const bool unused = port->steered;
  // Before another worker can have it.
  MediaPorts::of_process().remove(port->local);
  io_->detach(port);
  Fd socket(std::exchange(port->fd, -1));
  if (unused && idle != nullptr && PortSockets::unbind(socket.get())) *idle = std::move(socket);
}

void Worker::set_peer(const Command& command) {
  Leg& leg = command.session->legs[command.leg];
  const int64_t now = now_ns();
  for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
    Endpoint peer = command.peer;
    if (stream->rtcp) ++peer.port;  // wraps to 0 behind 65535, as in the C daemon (media.md 2.1)
    LatchNotes notes;
    switch (command.peer_kind) {
      case PeerKind::kNone:
        break;
      case PeerKind::kHold:
        notes = latch_hold(&stream->latch);
        break;
      case PeerKind::kAddress:
        notes = latch_signal(&stream->latch, peer, now);
        break;
    }
    latch_set_asymmetric(&stream->latch, command.asymmetric);
    reporter_.signalled(*stream, notes);
  }
  playout_.changed(&leg, now);
}

void Worker::change_tap(const Command& command) {
  Leg& leg = command.session->legs[command.leg];
  Endpoint to = command.peer;
  for (int i = 0; i < 2; ++i) {
    Stream* stream = i == 0 ? &leg.rtp : &leg.rtcp;
    if (command.kind == CommandKind::kStopTap) Taps::stop(stream);
    if (command.files[i] != nullptr) Taps::record(stream, command.files[i], command.as_sent && stream->rtcp);
    if (command.kind == CommandKind::kCopy && command.fds[i] >= 0) Taps::copy(stream, command.fds[i], to);
    ++to.port;
  }
}

void Worker::set_ttl(Session* session, const Command& command) {
  for (int leg = 0; leg < 2; ++leg) {
    if (command.leg != kBothLegs && session->independent_ttl && command.leg != leg) continue;
    session->legs[leg].full_ttl = command.value;
    session->legs[leg].ttl = command.value;
  }
  session->expired = false;
  ++session->restarts;
}

void Worker::resize(const Command& command) {
  Leg& leg = command.session->legs[command.leg];
  if (command.resizer == nullptr) {
    stop_resizing(&leg);
    return;
  }
  leg.resizer = command.resizer;
  leg.resizer->set_ptime(static_cast<uint32_t>(command.value));
}

void Worker::stop_resizing(Leg* leg) {
  if (leg->resizer == nullptr) return;
  counters_.resizer_discarded.add(leg->resizer->clear());
  leg->resizer = nullptr;
}

void Worker::restart(Session* session) {
  for (Leg& leg : session->legs) leg.ttl = leg.full_ttl;
  session->expired = false;
  ++session->restarts;
}

void Worker::remove(Session* session) {
  for (int i = 0; i < 2; ++i) {
    Leg& leg = session->legs[i];
    close_port(&leg.rtp.port, &session->idle[i][0]);
    close_port(&leg.rtcp.port, &session->idle[i][1]);
    Taps::stop(&leg.rtp);
    Taps::stop(&leg.rtcp);
    playout_.stop(&leg);
    stop_resizing(&leg);
    reporter_.tell_left_out(&leg.rtp);
    reporter_.tell_left_out(&leg.rtcp);
  }
  Forks::end(session);
  session->complete = false;
  if (session->linked) unlink(session);
  session->next = retiring_;
  retiring_ = session;
}

}  // namespace rtpp
