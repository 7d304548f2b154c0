#include "engine/tap.h"

#include <unistd.h>

#include <cmath>

#include "access/media_ports.h"
#include "engine/admission.h"
#include "engine/session.h"
#include "io/media_socket.h"

namespace rtpp {
namespace {

Endpoint at_port(Endpoint address, uint16_t port) {
  address.port = port;
  return address;
}

/** The source address of packets that leave by `exit`. A look-up costs system calls, so it is made once per remote. */
Endpoint sent_from(Tap* tap, const Stream& exit) {
  const Endpoint& remote = exit.latch.remote;
  if (!exit.port.local.wildcard() || remote.empty()) return exit.port.local;
  if (const Endpoint* source = exit.source(); source != nullptr) return at_port(*source, exit.port.local.port);
  TapAddresses& known = *tap->addresses;
  if (!(known.routed_to == remote)) {
    known.routed_to = remote;
    if (source_address_towards(remote, &known.route) != 0) known.route = exit.port.local;
  }
  return at_port(known.route, exit.port.local.port);
}

Endpoint bound_to(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  return Endpoint::from_sockaddr(reinterpret_cast<const sockaddr*>(&address));
}

}  // namespace

void Taps::record(Stream* stream, RecordFile* file, bool as_sent) {
  if (stream->tap.active()) return;
  ++file->users;
  stream->tap.file = file;
  stream->tap.as_sent = as_sent;
  *stream->tap.addresses = TapAddresses{};
}

void Taps::copy(Stream* stream, int fd, const Endpoint& to) {
  if (stream->tap.active()) {
    ::close(fd);
    return;
  }
  stream->tap.copy_fd = fd;
  stream->tap.addresses->copy_to = to;
  MediaPorts::of_process().add(bound_to(fd));
}

void Taps::stop(Stream* stream) {
  Tap& tap = stream->tap;
  if (tap.file != nullptr && --tap.file->users == 0) tap.file->writer->finish(tap.file);
  if (tap.copy_fd >= 0) {
    MediaPorts::of_process().remove(bound_to(tap.copy_fd));
    ::close(tap.copy_fd);
  }
  tap.file = nullptr;
  tap.copy_fd = -1;
}

void Taps::packet(Stream* stream, const Stream& exit, const TappedPacket& packet) {
  Tap& tap = stream->tap;
  if (tap.copy_fd >= 0) {
    if (!admission_->may_copy(*stream, tap.addresses->copy_to)) return;
    if (copies_.full()) flush();
    copies_.push({packet.data, packet.len, tap.copy_fd, tap.addresses->copy_to});
    return;
  }
  RecordedPacket recorded{packet.data, packet.len, packet.source, {}, std::llround(packet.wall * 1e6), stream->leg};
  if (tap.as_sent && tap.file->format == RecordFormat::kPcap) {
    recorded.source = sent_from(&tap, exit);
    recorded.dest = exit.latch.remote;
  } else {
    recorded.dest = stream->received_at(packet.local);
  }
  tap.file->writer->record(tap.file, recorded);
}

}  // namespace rtpp
