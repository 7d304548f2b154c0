#include "engine/fork.h"

#include "engine/admission.h"
#include "engine/session.h"

namespace rtpp {

void Forks::start(Fork* fork, Session* source, Session* target, bool crossed) {
  fork->crossed = crossed;
  target->fork_target = true;
  if (fork->target == nullptr) {
    fork->target = target;
    fork->next_source = target->sources;
    target->sources = fork;
  }
  if (fork->source == source) return;
  stop(fork);
  fork->source = source;
  fork->next = source->forks;
  if (source->forks != nullptr) source->forks->previous = fork;
  source->forks = fork;
}

void Forks::stop(Fork* fork) {
  if (fork->source == nullptr) return;
  (fork->previous == nullptr ? fork->source->forks : fork->previous->next) = fork->next;
  if (fork->next != nullptr) fork->next->previous = fork->previous;
  fork->source = nullptr;
  fork->next = fork->previous = nullptr;
}

void Forks::end(Session* session) {
  while (session->forks != nullptr) stop(session->forks);
  for (Fork* fork = session->sources; fork != nullptr; fork = fork->next_source) stop(fork);
}

void Forks::copy(const Stream& stream, const TappedPacket& packet, int depth) {
  for (Fork* fork = stream.session->forks; fork != nullptr; fork = fork->next) {
    Session& target = *fork->target;
    const int out = fork->crossed ? 1 - stream.leg : stream.leg;
    // As if the other party of the target had sent it.
    Stream& in = stream.rtcp ? target.legs[1 - out].rtcp : target.legs[1 - out].rtp;
    const Stream& exit = stream.rtcp ? target.legs[out].rtcp : target.legs[out].rtp;
    target.restart_timer(1 - out);
    if (in.tap.active()) taps_->packet(&in, exit, packet);
    if (exit.port.open() && !exit.latch.remote.empty() && admission_->may_send(exit)) {
      const TxPacket copied = exit.to_peer(packet.data, packet.len);
      send(copied);
      if (duplicate_small_ && packet.len < kSmallDatagram) send(copied);
    }
    if (target.forks != nullptr && depth + 1 < kMaxDepth) copy(in, packet, depth + 1);
  }
}

void Forks::send(const TxPacket& packet) {
  if (copies_.full()) flush();
  copies_.push(packet);
}

}  // namespace rtpp
