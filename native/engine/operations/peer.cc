#include "engine/operations/peer.h"

#include "base/clock.h"
#include "engine/worker_parts.h"

namespace rtpp::op {

void SetPeer::apply(WorkerParts* worker, Session* session) const {
  Leg& changed = session->legs[leg];
  changed.looped = changed.looped && kind != PeerKind::kAddress;
  const int64_t now = now_ns();
  for (Stream* stream : {&changed.rtp, &changed.rtcp}) {
    Endpoint peer = address;
    if (stream->rtcp) ++peer.port;  // wraps to 0 behind 65535, as in the C daemon (media.md 2.1)
    LatchNotes notes;
    switch (kind) {
      case PeerKind::kNone:
        break;
      case PeerKind::kHold:
        notes = latch_hold(&stream->latch);
        break;
      case PeerKind::kAddress:
        notes = latch_signal(&stream->latch, peer, now);
        break;
    }
    latch_set_asymmetric(&stream->latch, asymmetric, now);
    worker->reporter.signalled(*stream, notes);
  }
  worker->playout.changed(&changed, now);
}

}  // namespace rtpp::op
