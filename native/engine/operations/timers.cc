#include "engine/operations/timers.h"

#include "engine/session.h"

namespace rtpp::op {

void SetTtl::apply(WorkerParts* /*worker*/, Session* session) const {
  for (int i = 0; i < 2; ++i) {
    if (leg != kBothLegs && session->independent_ttl && leg != i) continue;
    session->legs[i].full_ttl = seconds;
    session->legs[i].ttl = seconds;
  }
  session->expired = false;
  ++session->restarts;
}

void Restart::apply(WorkerParts* /*worker*/, Session* session) const {
  for (Leg& leg : session->legs) leg.ttl = leg.full_ttl;
  session->expired = false;
  ++session->restarts;
}

}  // namespace rtpp::op
