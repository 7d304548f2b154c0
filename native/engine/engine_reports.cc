#include "engine/engine.h"

namespace rtpp {

EngineTotals Engine::totals() const {
  EngineTotals totals;
  for (const auto& worker : workers_) {
    const WorkerCounters& counters = worker->counters();
    totals.packets_received += static_cast<double>(counters.packets_received.get());
    totals.packets_relayed += static_cast<double>(counters.packets_relayed.get());
    totals.packets_discarded += static_cast<double>(counters.packets_discarded.get());
    totals.packets_per_second += static_cast<double>(counters.packets_per_second.get());
    totals.kernel_drops += static_cast<double>(counters.kernel_drops.get() + worker->io_counters().rx_drops.get());
    totals.packets_refused += static_cast<double>(worker->io_counters().refused.get());
    totals.packets_played += static_cast<double>(counters.packets_played.get());
    totals.resizer_in += static_cast<double>(counters.resizer_in.get());
    totals.resizer_out += static_cast<double>(counters.resizer_out.get());
    totals.resizer_discarded += static_cast<double>(counters.resizer_discarded.get());
    totals.packets_ignored += static_cast<double>(counters.packets_ignored.get());
    totals.packets_looped += static_cast<double>(counters.packets_looped.get());
    totals.packets_denied += static_cast<double>(counters.packets_denied.get());
    totals.events_dropped += static_cast<double>(worker->events().dropped());
  }
  totals.packets_recorded = static_cast<double>(writer_->written());
  totals.records_lost = static_cast<double>(writer_->lost());
  return totals;
}

bool Engine::next_event(Event* out) {
  for (size_t i = 0; i < workers_.size(); ++i) {
    event_turn_ = (event_turn_ + 1) % workers_.size();
    if (workers_[event_turn_]->events().pop(out)) return true;
  }
  return false;
}

bool Engine::next_retired(SessionId* id, SessionSnapshot* out) {
  for (size_t i = 0; retired_ == nullptr && i < workers_.size(); ++i) retired_ = workers_[i]->take_retired();
  if (retired_ == nullptr) return false;
  Session* session = retired_;
  retired_ = session->next;
  *id = session->id;
  session->snapshot(out);
  release(session);
  return true;
}

void Engine::release(Session* session) {
  const uint32_t slot = session->slot;
  --load_[session->worker];
  for (int leg = 0; leg < 2; ++leg) {
    for (Fd& socket : session->idle[leg]) {
      if (socket.valid()) sockets_.give_back(std::move(socket), session->family[leg]);
    }
  }
  reserves_.give_back(session->reserve);
  slots_[slot].session.reset();
  free_slots_.push_back(slot);
}

}  // namespace rtpp
