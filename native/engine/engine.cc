#include "engine/engine.h"

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "base/clock.h"
#include "io/media_socket.h"

namespace rtpp {
namespace {

/** A SessionId is generation * kSlots + slot, exact in a double up to 2^53. */
constexpr uint64_t kSlots = uint64_t{1} << 24;
constexpr uint32_t kMaxGeneration = (1u << 28) - 1;

}  // namespace

Engine::Engine(const EngineOptions& options, IoChoice io, EventSink* sink)
    : options_(options),
      io_(io),
      sockets_(io == IoChoice::kShared),
      sink_(sink),
      report_signal_(sink),
      writer_(std::make_unique<Writer>(options.workers, &report_signal_)) {}

std::unique_ptr<Engine> Engine::create(const EngineOptions& options, EventSink* sink, int* error, IoFailure* refusal) {
  IoFailure ignored;
  if (refusal == nullptr) refusal = &ignored;
  IoBackend backend;
  const bool usable = create_backend(options.io, options.workers, &backend);
  *refusal = backend.refusal;
  *error = usable ? 0 : backend.refusal.error;
  if (!usable) return nullptr;
  std::unique_ptr<Engine> engine(new Engine(options, backend.kind, sink));
  const int64_t phase = now_ns();
  for (uint32_t i = 0; i < options.workers; ++i) {
    engine->workers_.push_back(std::make_unique<Worker>(i, options.relay, std::move(backend.workers[i]), phase, sink));
  }
  engine->load_.resize(options.workers, 0);
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
  PlayerEnd end;
  while (next_ended_player(&end)) continue;
}

void Engine::close() {
  for (auto& worker : workers_) worker->stop();
  // A thread that hangs in a system call keeps what it works with; it ends with the process.
  if (writer_ != nullptr && !writer_->stop()) (void)writer_.release();
}

Session* Engine::find(SessionId id) {
  if (!(id >= 0) || id >= 9007199254740992.0 || id != std::floor(id)) return nullptr;
  const uint64_t value = static_cast<uint64_t>(id);
  const uint64_t slot = value % kSlots;
  if (slot >= slots_.size()) return nullptr;
  Slot& entry = slots_[slot];
  return entry.live && entry.generation == value / kSlots ? entry.session.get() : nullptr;
}

SessionId Engine::create_session(int32_t ttl, SessionId near) {
  const Session* neighbour = find(near);
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
  session.id = static_cast<double>(entry.generation * kSlots + slot);
  session.worker = neighbour != nullptr
                       ? neighbour->worker
                       : static_cast<uint32_t>(std::min_element(load_.begin(), load_.end()) - load_.begin());
  ++load_[session.worker];
  session.independent_ttl = options_.independent_ttl;
  for (uint8_t i = 0; i < 2; ++i) {
    Leg& leg = session.legs[i];
    leg.ttl = leg.full_ttl = ttl;
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

int Engine::open_leg(SessionId id, int leg, const Endpoint& local, int tos) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  refresh_host();
  Endpoint address = local;
  Fd rtp;
  Fd rtcp;
  if (const int error = open_port(address, tos, &rtp); error != 0) return error;
  ++address.port;
  if (const int error = open_port(address, tos, &rtcp); error != 0) return error;
  session->family[leg] = local.family;
  session->fds[leg][0] = rtp.get();
  session->fds[leg][1] = rtcp.get();
  Command command;
  command.kind = CommandKind::kOpenLeg;
  command.leg = static_cast<uint8_t>(leg);
  command.local = local;
  command.value = local.family == 6 || tos == kNoTos ? 0 : tos;
  command.fds[0] = rtp.release();
  command.fds[1] = rtcp.release();
  post(session, command);
  return 0;
}

int Engine::open_port(const Endpoint& local, int tos, Fd* out) {
  const int error = io_ == IoChoice::kShared ? sockets_.open(local, out) : open_media_socket(local, tos, out);
  // Replies come from the address that a packet was sent to. Without it the kernel chooses: not worth refusing a call.
  if (error == 0 && local.wildcard()) (void)tell_arrival_address(out->get(), local.family == 6);
  return error;
}

int Engine::complete(SessionId id) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Command command;
  command.kind = CommandKind::kComplete;
  post(session, command);
  return 0;
}

int Engine::set_ttl(SessionId id, uint8_t leg, int32_t seconds) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Command command;
  command.kind = CommandKind::kSetTtl;
  command.leg = leg;
  command.value = seconds;
  post(session, command);
  return 0;
}

int Engine::restart(SessionId id) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  Command command;
  command.kind = CommandKind::kRestart;
  post(session, command);
  return 0;
}

int Engine::set_tos(SessionId id, int leg, int tos) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  if (session->family[leg] == 6) return EAFNOSUPPORT;
  for (const int fd : session->fds[leg]) {
    if (fd < 0) continue;
    if (const int error = set_media_tos(fd, tos); error != 0) return error;
  }
  Command command;
  command.kind = CommandKind::kSetTos;
  command.leg = static_cast<uint8_t>(leg);
  command.value = tos;
  post(session, command);
  return 0;
}

int Engine::snapshot(SessionId id, SessionSnapshot* out) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  if (!session->posted) {
    session->snapshot(out);
    return 0;
  }
  Command command;
  command.kind = CommandKind::kSnapshot;
  command.snapshot = out;
  command.done = &done_;
  done_.reset();
  post(session, command);
  done_.wait();
  return 0;
}

int Engine::remove(SessionId id) {
  Session* session = find(id);
  if (session == nullptr) return EBADF;
  slots_[session->slot].live = false;
  taps_.end(id);
  if (session->posted) {
    Command command;
    command.kind = CommandKind::kRemove;
    post(session, command);
  } else {
    session->next = retired_;
    retired_ = session;
    sink_->events_pending();
  }
  return 0;
}

void Engine::sync() {
  for (auto& worker : workers_) {
    Command command;
    command.done = &done_;
    done_.reset();
    worker->post(command);
    done_.wait();
  }
}

void Engine::post(Session* session, Command command) {
  session->posted = true;
  command.session = session;
  workers_[session->worker]->post(command, !held_ || command.done != nullptr);
}

void Engine::hold(bool on) {
  held_ = on;
  if (on) return;
  for (auto& worker : workers_) worker->wake();
}

}  // namespace rtpp
