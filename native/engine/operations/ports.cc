#include "engine/operations/ports.h"

#include <cerrno>

#include "access/media_ports.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "engine/operations/resizing.h"
#include "engine/worker_parts.h"
#include "io/media_socket.h"

namespace rtpp {

int Engine::open_leg(SessionId id, LegIndex leg, const RtpEndpoint& local, AnyTos tos) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  refresh_host();
  Endpoint address = local;
  Fd rtp;
  Fd rtcp;
  if (const int error = io_->open_port(address, tos, &rtp); error != 0) return error;
  ++address.port;
  if (const int error = io_->open_port(address, tos, &rtcp); error != 0) return error;
  session->family[index(leg)] = local.family;
  const auto sent_tos = static_cast<uint8_t>(local.family == 6 || tos == kNoTos ? 0 : int32_t{tos});
  post(session, op::OpenLeg{index(leg), sent_tos, {rtp.release(), rtcp.release()}, local});
  return 0;
}

int Engine::set_tos(SessionId id, LegIndex leg, Tos tos) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  if (session->family[index(leg)] == 6) return EAFNOSUPPORT;
  post(session, op::SetTos{index(leg), static_cast<uint8_t>(tos)});
  return 0;
}

int Engine::remove(SessionId id) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  slots_[session->slot].live = false;
  taps_.end(id);
  if (session->posted) {
    post(session, op::Remove{});
  } else {
    session->next = retired_;
    retired_ = session;
    sink_->events_pending();
  }
  return 0;
}

namespace op {
namespace {

void attach(WorkerParts* worker, Stream* stream, int fd) {
  stream->port.fd = fd;
  stream->port.kernel_drops = 0;
  stream->port.owner = stream;
  const int error = worker->io->attach(&stream->port);
  MediaPorts::of_process().add(stream->port.local);
  if (error != 0) worker->reporter.attach_failed(*stream, error);
}

/** Returns what the backend may use again. */
Fd close_port(WorkerParts* worker, MediaPort* port) {
  if (!port->open()) return Fd();
  // Before another worker can have it.
  MediaPorts::of_process().remove(port->local);
  return worker->io->close(port);
}

Fd close_rtp(WorkerParts* worker, Leg* leg) {
  if (leg->rtp.port.open()) worker->rtp_ports.remove(leg->rtp.port.local.port);
  return close_port(worker, &leg->rtp.port);
}

}  // namespace

void OpenLeg::apply(WorkerParts* worker, Session* session) const {
  worker->sessions.add(session);
  Leg& opened = session->legs[leg];
  close_rtp(worker, &opened);
  close_port(worker, &opened.rtcp.port);
  opened.rtp.port.local = opened.rtcp.port.local = local;
  ++opened.rtcp.port.local.port;
  opened.rtp.port.tos = opened.rtcp.port.tos = tos;
  // The session's own ports are others now.
  for (Leg& each : session->legs) each.judged.version = 0;
  worker->rtp_ports.add(local.port);
  attach(worker, &opened.rtp, fds[0]);
  attach(worker, &opened.rtcp, fds[1]);
  worker->playout.changed(&opened, now_ns());
}

void SetTos::apply(WorkerParts* worker, Session* session) const {
  for (Stream* stream : {&session->legs[leg].rtp, &session->legs[leg].rtcp}) {
    if (stream->port.open()) worker->io->set_tos(&stream->port, tos);
  }
}

void Remove::apply(WorkerParts* worker, Session* session) const {
  for (int i = 0; i < 2; ++i) {
    Leg& leg = session->legs[i];
    session->idle[i][0] = close_rtp(worker, &leg);
    session->idle[i][1] = close_port(worker, &leg.rtcp.port);
    Taps::stop(&leg.rtp);
    Taps::stop(&leg.rtcp);
    worker->playout.stop(&leg);
    stop_resizing(worker, &leg);
    worker->reporter.tell_left_out(&leg.rtp);
    worker->reporter.tell_left_out(&leg.rtcp);
  }
  Forks::end(session);
  session->complete = false;
  session->watched_end = worker->watch.end();
  worker->sessions.retire(session);
}

}  // namespace op
}  // namespace rtpp
