#include "io/shared/shared_io.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/clock.h"
#include "io/media_socket.h"
#include "io/port_sockets.h"
#include "io/send_error.h"

namespace rtpp {
namespace {

constexpr uint8_t kFamilies[] = {4, 6};
/** Longest packet, headers included, that every path takes in one piece (RFC 8200 5). */
constexpr size_t kMaxRawPacket = 1280;

bool multicast(const Endpoint& address) { return address.family == 6 ? address.ip[0] == 0xff : address.ip[0] >= 224; }

/** The host does not let the datagram go, whichever socket it comes from: a firewall, or no route. */
bool by_any_socket(int error) { return error == EPERM || error == ENETUNREACH || error == EHOSTUNREACH; }

}  // namespace

std::unique_ptr<SharedIo> SharedIo::create(std::shared_ptr<Steering> steering, uint32_t worker, IoFailure* failure) {
  std::unique_ptr<SharedIo> io(new SharedIo());
  int error = 0;
  io->sockets_ = SocketsIo::create(&error);
  if (io->sockets_ == nullptr) {
    *failure = {"event loop", error};
    return nullptr;
  }
  io->sockets_->tell_refusals(io.get());
  io->steering_ = std::move(steering);
  for (size_t i = 0; i < io->lanes_.size(); ++i) {
    auto lane = SharedLane::create(kFamilies[i], &io->counters_.rx_drops, failure);
    if (lane != nullptr) {
      lane->number = 2 * worker + static_cast<uint32_t>(i);
      error = io->steering_->set_socket(lane->number, lane->receiver());
      if (error == 0) error = io->sockets_->watch(lane->receiver(), lane.get());
      if (error == 0) {
        io->lanes_[i] = std::move(lane);
        continue;
      }
      *failure = {"steering to a shared socket", error};
    }
    if (kFamilies[i] == 4) return nullptr;
  }
  return io;
}

SharedLane* SharedIo::lane_of(uint8_t family) { return lanes_[family == 6 ? 1 : 0].get(); }

int SharedIo::attach(MediaPort* port) {
  if ((port->backend_bits & kSteered) != 0) return EEXIST;
  if (SharedLane* lane = lane_of(port->local.family); lane != nullptr) {
    lane->insert(port);
    if (steering_->add(port->local, lane->number) == 0) {
      port->backend_bits = lane->shares_route(port->fd) ? kSteered : kSteered | kPinned;
      fresh_.push_back(port);
      return 0;
    }
    lane->erase(port);
  }
  if (const int error = set_media_options(port->fd, port->local.family == 6, port->tos); error != 0) return error;
  return sockets_->attach(port);
}

Fd SharedIo::close(MediaPort* port) {
  if ((port->backend_bits & kSteered) == 0) return sockets_->close(port);
  std::erase(fresh_, port);
  steering_->remove(port->local);
  lane_of(port->local.family)->erase(port);
  port->backend_bits = 0;
  Fd socket(std::exchange(port->fd, -1));
  return PortSockets::unbind(socket.get()) ? std::move(socket) : Fd();
}

void SharedIo::set_tos(MediaPort* port, uint8_t tos) {
  if ((port->backend_bits & kSteered) == 0) return sockets_->set_tos(port, tos);
  port->tos = tos;
}

void SharedIo::receive(RxBatch* batch, int64_t deadline_ns) {
  batch->count = batch->used = 0;
  while (!fresh_.empty() && batch->used < kBatch) {
    const size_t before = batch->used;
    sockets_->receive_from(fresh_.back(), batch);
    if (batch->used == before) fresh_.pop_back();
  }
  if (batch->count == 0) sockets_->receive(batch, deadline_ns);
}

SharedLane* SharedIo::lane_for(const TxPacket& packet, SharedLane::Source* source) {
  const MediaPort* from = packet.from;
  const Endpoint& dest = packet.dest;
  if (from == nullptr || from->local.family != dest.family) return nullptr;
  if (from->backend_bits != kSteered) return nullptr;
  // The rest is left to the kernel: fragments, routes of multicast packets, errors.
  if (packet.len + udp_headers_size(dest.family) > kMaxRawPacket || dest.port == 0 || dest.wildcard() ||
      multicast(dest))
    return nullptr;
  *source = {from->local};
  if (packet.source != nullptr) {
    source->address = *packet.source;
    source->address.port = from->local.port;
  } else if (from->local.wildcard()) {
    *source = {sources_.towards(dest, now_ns()), true};
    if (source->address.empty()) return nullptr;
    source->address.port = from->local.port;
  }
  return lane_of(dest.family);
}

void SharedIo::send(TxBatch* batch) {
  size_t at = 0;
  SharedLane::Source source;
  while (at < batch->count) {
    SharedLane* lane = lane_for(batch->packets[at], &source);
    if (lane != nullptr) {
      lane->push(batch->packets[at++], source);
      continue;
    }
    // Packets of one stream stay in order, whichever way each of them takes.
    for (auto& each : lanes_) flush(each.get());
    size_t end = at + 1;
    while (end < batch->count && batch->packets[end].fd == batch->packets[at].fd &&
           lane_for(batch->packets[end], &source) == nullptr) {
      ++end;
    }
    send_itself(&batch->packets[at], end - at);
    at = end;
  }
  for (auto& each : lanes_) flush(each.get());
  batch->count = 0;
}

void SharedIo::send_itself(const TxPacket* packets, size_t count) {
  const MediaPort* from = packets->from;
  // The socket of a steered port has none of the options that it would need if it were used often.
  if (from != nullptr && (from->backend_bits & kSteered) != 0 && from->local.family == 4)
    (void)set_media_tos(from->fd, from->tos);
  sockets_->send_run(packets, count);
}

void SharedIo::flush(SharedLane* lane) {
  if (lane == nullptr) return;
  size_t sent = 0;
  while (sent < lane->queued()) {
    const int count = lane->transmit(sent);
    sent += count > 0 ? static_cast<size_t>(count) : send_otherwise(*lane, sent, errno);
  }
  lane->clear();
}

size_t SharedIo::send_otherwise(const SharedLane& lane, size_t index, int error) {
  const TxPacket& packet = lane.queued_packet(index);
  // What is sent from an address of its own may go from another one.
  if (by_any_socket(error) && !(packet.source != nullptr && may_be_source(error))) {
    refuse(packet, error);
    return 1;
  }
  // Full: few destinations that do not answer can do that, and a port's own socket has a buffer for its call alone.
  // Else the packet may be too long for the interface, which is the business of a socket that may fragment it.
  const size_t count = classify_send_error(error) == SendError::kFull ? lane.queued() - index : 1;
  for (size_t i = 0; i < count; ++i) send_itself(&lane.queued_packet(index + i), 1);
  return count;
}

}  // namespace rtpp
