#include "engine/engine.h"

#include <algorithm>
#include <cerrno>

#include "base/clock.h"

namespace rtpp {
namespace {

/** A SessionId is generation * kSlots + slot. */
constexpr uint64_t kSlots = uint64_t{1} << 24;
constexpr uint32_t kMaxGeneration = (1u << 28) - 1;

}  // namespace

Engine::Engine(const EngineOptions& options, std::unique_ptr<IoBackend> io, EventSink* sink)
    : options_(options),
      io_(std::move(io)),
      sink_(sink),
      report_signal_(sink),
      writer_(std::make_unique<Writer>(options.workers, &report_signal_)) {}

std::unique_ptr<Engine> Engine::create(const EngineOptions& options, EventSink* sink, int* error, IoFailure* refusal) {
  IoFailure ignored;
  if (refusal == nullptr) refusal = &ignored;
  std::unique_ptr<IoBackend> io = create_backend(options.io, options.workers, refusal);
  *error = io == nullptr ? refusal->error : 0;
  if (io == nullptr) return nullptr;
  std::unique_ptr<Engine> engine(new Engine(options, std::move(io), sink));
  engine->refusal_ = *refusal;
  const int64_t phase = now_ns();
  for (uint32_t i = 0; i < options.workers; ++i) {
    engine->workers_.push_back(std::make_unique<Worker>(i, options.relay, engine->io_->take_worker(i), phase, sink));
  }
  engine->load_.resize(options.workers, 0);
  engine->wanted_.resize(options.workers);
  engine->survey_.wanted.resize(options.workers);
  const std::vector<int32_t>& cpus = options.worker_cpus;
  for (size_t i = 0; i < engine->workers_.size(); ++i) {
    *error = engine->workers_[i]->start();
    if (*error != 0) return nullptr;
    if (cpus.empty()) continue;
    *error = engine->workers_[i]->bind_to(cpus[i % cpus.size()]);
    if (*error == 0) continue;
    refusal->what = "binding a relay worker to its CPU";
    return nullptr;
  }
  engine->set_access({});
  return engine;
}

Engine::~Engine() {
  close();
  while (next_ended_player()) continue;
}

void Engine::close() {
  for (auto& worker : workers_) worker->stop();
  // A thread that hangs in a system call keeps what it works with; it ends with the process.
  if (writer_ != nullptr && !writer_->stop()) (void)writer_.release();
}

Session* Engine::find(SessionId id) {
  const auto value = static_cast<uint64_t>(id);
  const uint64_t slot = value % kSlots;
  if (slot >= slots_.size()) return nullptr;
  Slot& entry = slots_[slot];
  return entry.live && entry.generation == value / kSlots ? entry.session.get() : nullptr;
}

SessionId Engine::create_session(Seconds setup_ttl, Seconds ttl, std::optional<SessionId> near) {
  const Session* neighbour = near ? find(*near) : nullptr;
  uint32_t slot;
  if (free_slots_.empty()) {
    slot = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  Slot& entry = slots_[slot];
  entry.generation = entry.generation == kMaxGeneration ? 1 : entry.generation + 1;
  entry.live = true;
  entry.session = std::make_unique<Session>(reserves_.take());

  Session& session = *entry.session;
  session.slot = slot;
  session.id = SessionId{entry.generation * kSlots + slot};
  session.worker = neighbour != nullptr
                       ? neighbour->worker
                       : static_cast<uint32_t>(std::min_element(load_.begin(), load_.end()) - load_.begin());
  ++load_[session.worker];
  session.independent_ttl = options_.independent_ttl;
  for (uint8_t i = 0; i < 2; ++i) {
    Leg& leg = session.legs[i];
    leg.ttl = leg.full_ttl = setup_ttl;
    leg.complete_ttl = ttl;
    for (Stream* stream : {&leg.rtp, &leg.rtcp}) {
      stream->session = &session;
      stream->leg = i;
    }
    leg.rtcp.rtcp = leg.rtcp.latch.rtcp = true;
    if (!options_.relay.guarded) continue;
    latch_guard(&leg.rtp.latch, &(*session.reserve)[i].candidates);
    latch_guard(&leg.rtcp.latch, nullptr);
  }
  return session.id;
}

SessionId Engine::next_retired(SessionFigures* out) {
  for (size_t i = 0; retired_ == nullptr && i < workers_.size(); ++i) retired_ = workers_[i]->take_retired();
  if (retired_ == nullptr) return kNoSession;
  Session* session = retired_;
  if (!workers_[session->worker]->watch().drained(session->watched_end)) return kNoSession;
  retired_ = session->next;
  const SessionId id = session->id;
  session->snapshot(wall_offset_ns(), out);
  release(session);
  return id;
}

void Engine::release(Session* session) {
  const uint32_t slot = session->slot;
  --load_[session->worker];
  for (int leg = 0; leg < 2; ++leg) {
    for (Fd& socket : session->idle[leg]) {
      if (socket.valid()) io_->give_back(std::move(socket), session->family[leg]);
    }
  }
  reserves_.give_back(session->reserve);
  slots_[slot].session.reset();
  free_slots_.push_back(slot);
}

int Engine::post(SessionId id, const Operation& operation) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  post(session, operation);
  return 0;
}

void Engine::post(Session* session, const Operation& operation) {
  session->posted = true;
  workers_[session->worker]->post({session, operation}, !batch_wakeups_);
}

void Engine::batch_wakeups(bool on) {
  batch_wakeups_ = on;
  if (on) return;
  for (const auto& worker : workers_) worker->wake();
}

bool Engine::next_event(Event* out) {
  for (size_t i = 0; i < workers_.size(); ++i) {
    event_turn_ = (event_turn_ + 1) % workers_.size();
    while (workers_[event_turn_]->events().pop(out)) {
      if (!overtaken(*out)) return true;
    }
  }
  return false;
}

EngineTotals Engine::totals() const {
  EngineTotals totals;
  for (const auto& worker : workers_) {
#define X(name) totals.name += static_cast<double>(worker->counters().name.get());
    RTPP_WORKER_COUNTERS(X)
#undef X
    totals.kernel_drops += static_cast<double>(worker->io_counters().rx_drops.get());
    totals.packets_refused += static_cast<double>(worker->io_counters().refused.get());
    totals.events_dropped += static_cast<double>(worker->events().dropped());
  }
  totals.packets_recorded = static_cast<double>(writer_->written());
  totals.records_lost = static_cast<double>(writer_->lost());
  return totals;
}

std::vector<WorkerFigures> Engine::workers() const {
  std::vector<WorkerFigures> figures;
  for (const auto& worker : workers_) {
    const WorkerCounters& counters = worker->counters();
    figures.push_back({.packets_received = static_cast<double>(counters.packets_received.get()),
                       .packets_per_second = static_cast<double>(counters.packets_per_second.get()),
                       .cpu_seconds = worker->cpu_seconds()});
  }
  return figures;
}

}  // namespace rtpp
