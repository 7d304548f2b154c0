#include "addon/engine_wrap.h"

#include <sched.h>

#include <cstring>

#include "addon/args.h"
#include "io/media_socket.h"

namespace rtpp {
namespace {

constexpr int32_t kMaxWorkers = 64;
constexpr int32_t kMaxCpu = CPU_SETSIZE - 1;
constexpr int32_t kMaxTtl = INT32_MAX;
constexpr int64_t kNsPerSecond = 1'000'000'000;

}  // namespace

Napi::Function EngineWrap::define(Napi::Env env) {
  return DefineClass(env, "NativeEngine",
                     {
                         InstanceMethod<&EngineWrap::backend>("backend"),
                         InstanceMethod<&EngineWrap::socket_reuse>("socketReuse"),
                         InstanceMethod<&EngineWrap::create_session>("createSession"),
                         InstanceMethod<&EngineWrap::open_leg>("openLeg"),
                         InstanceMethod<&EngineWrap::complete>("complete"),
                         InstanceMethod<&EngineWrap::set_peer>("setPeer"),
                         InstanceMethod<&EngineWrap::set_ttl>("setTtl"),
                         InstanceMethod<&EngineWrap::restart>("restart"),
                         InstanceMethod<&EngineWrap::set_resizer>("setResizer"),
                         InstanceMethod<&EngineWrap::set_tos>("setTos"),
                         InstanceMethod<&EngineWrap::snapshot>("snapshot"),
                         InstanceMethod<&EngineWrap::remove>("remove"),
                         InstanceMethod<&EngineWrap::batch_wakeups>("batchWakeups"),
                         InstanceMethod<&EngineWrap::release_sockets>("releaseSockets"),
                         InstanceMethod<&EngineWrap::sync>("sync"),
                         InstanceMethod<&EngineWrap::set_verbose>("setVerbose"),
                         InstanceMethod<&EngineWrap::set_access>("setAccess"),
                         InstanceMethod<&EngineWrap::judge>("judge"),
                         InstanceMethod<&EngineWrap::totals>("totals"),
                         InstanceMethod<&EngineWrap::drain_events>("drainEvents"),
                         InstanceMethod<&EngineWrap::next_retired>("nextRetired"),
                         InstanceMethod<&EngineWrap::add_recording>("addRecording"),
                         InstanceMethod<&EngineWrap::discard_recording>("discardRecording"),
                         InstanceMethod<&EngineWrap::record>("record"),
                         InstanceMethod<&EngineWrap::copy>("copy"),
                         InstanceMethod<&EngineWrap::stop_tap>("stopTap"),
                         InstanceMethod<&EngineWrap::next_recording>("nextRecording"),
                         InstanceMethod<&EngineWrap::fork>("fork"),
                         InstanceMethod<&EngineWrap::add_prompt>("addPrompt"),
                         InstanceMethod<&EngineWrap::drop_prompt>("dropPrompt"),
                         InstanceMethod<&EngineWrap::play>("play"),
                         InstanceMethod<&EngineWrap::stop_play>("stopPlay"),
                         InstanceMethod<&EngineWrap::next_ended_player>("nextEndedPlayer"),
                         InstanceMethod<&EngineWrap::close>("close"),
                     });
}

EngineWrap::EngineWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<EngineWrap>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsObject() || !info[1].IsFunction()) {
    Napi::TypeError::New(env, "expected an options object and a callback").ThrowAsJavaScriptException();
    return;
  }
  const Napi::Object options = info[0].As<Napi::Object>();
  const auto workers = integer_option(options, "workers", 1, kMaxWorkers);
  if (!workers) return;
  const auto cpus = integers_option(options, "workerCpus", 0, kMaxCpu);
  if (!cpus) return;
  const auto independent = boolean_option(options, "independentTtl");
  if (!independent) return;
  const auto duplicate = boolean_option(options, "duplicateSmall");
  if (!duplicate) return;
  // Who knows nothing of it has players without an end, as they were.
  const bool limited = options.Has("playTtl");
  if (env.IsExceptionPending()) return;
  const auto play_ttl = limited ? integer_option(options, "playTtl", 0, kMaxTtl) : std::optional<int32_t>(0);
  if (!play_ttl) return;
  const auto verbose = boolean_option(options, "verbose");
  if (!verbose) return;
  const auto guarded = boolean_option(options, "guarded");
  if (!guarded) return;
  const auto window = integer_option(options, "batchWindow", kAutoWindow, kMaxWindow);
  if (!window) return;
  const auto io = integer_option(options, "io", 0, static_cast<int32_t>(IoChoice::kShared));
  if (!io) return;

  EngineOptions config;
  config.workers = static_cast<uint32_t>(*workers);
  config.worker_cpus = *cpus;
  config.independent_ttl = *independent;
  config.relay.duplicate_small = *duplicate;
  if (*play_ttl > 0) config.relay.play_ttl_ns = int64_t{*play_ttl} * kNsPerSecond;
  config.relay.guarded = *guarded;
  config.relay.verbose = *verbose;
  config.relay.batch_window = *window;
  config.io = static_cast<IoChoice>(*io);
  wakeup_ = std::make_unique<Wakeup>(env, info[1].As<Napi::Function>());
  int error = 0;
  engine_ = Engine::create(config, wakeup_.get(), &error, &refusal_);
  if (engine_ == nullptr) {
    wakeup_->close();
    Napi::Error failure = Napi::Error::New(env, "the relay workers cannot be started");
    failure.Set("errno", Napi::Number::New(env, error));
    failure.Set("step", Napi::String::New(env, refusal_.what));
    failure.ThrowAsJavaScriptException();
    return;
  }
  napi_add_env_cleanup_hook(env, end_of_environment, this);
}

// Garbage collection of an engine that was never closed.
EngineWrap::~EngineWrap() { shut_down(); }

// Process exit and worker termination. Hooks run latest first, so the threads end while the thread-safe function, which
// was made before this hook, is still there; in the destructor it would be gone.
void EngineWrap::end_of_environment(void* self) { static_cast<EngineWrap*>(self)->shut_down(); }

void EngineWrap::shut_down() {
  if (engine_ == nullptr) return;
  napi_remove_env_cleanup_hook(Env(), end_of_environment, this);
  engine_->close();
  wakeup_->close();
  engine_.reset();
}

bool EngineWrap::usable(const Napi::CallbackInfo& info) {
  if (engine_ != nullptr) return true;
  Napi::Error::New(info.Env(), "the engine is closed").ThrowAsJavaScriptException();
  return false;
}

Napi::Value EngineWrap::create_session(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto ttl = integer_arg(info, 0, "ttl", 0, kMaxTtl);
  if (!ttl) return env.Undefined();
  if (info.Length() < 2) return Napi::Number::New(env, engine_->create_session(*ttl));
  const auto near = number_arg(info, 1, "near");
  if (!near) return env.Undefined();
  return Napi::Number::New(env, engine_->create_session(*ttl, *near));
}

Napi::Value EngineWrap::open_leg(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  auto local = address_arg(info, 2, "address");
  if (!local) return env.Undefined();
  const auto port = integer_arg(info, 3, "port", 0, 65534);
  if (!port) return env.Undefined();
  const auto tos = integer_arg(info, 4, "tos", kNoTos, INT32_MAX);
  if (!tos) return env.Undefined();
  local->port = static_cast<uint16_t>(*port);
  return Napi::Number::New(env, engine_->open_leg(at->session, at->leg, *local, *tos));
}

Napi::Value EngineWrap::complete(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = number_arg(info, 0, "session");
  if (!id) return env.Undefined();
  return Napi::Number::New(env, engine_->complete(*id));
}

Napi::Value EngineWrap::set_ttl(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = number_arg(info, 0, "session");
  if (!id) return env.Undefined();
  const auto leg = integer_arg(info, 1, "leg", 0, kBothLegs);
  if (!leg) return env.Undefined();
  const auto seconds = integer_arg(info, 2, "seconds", 0, kMaxTtl);
  if (!seconds) return env.Undefined();
  return Napi::Number::New(env, engine_->set_ttl(*id, static_cast<uint8_t>(*leg), *seconds));
}

Napi::Value EngineWrap::restart(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = number_arg(info, 0, "session");
  if (!id) return env.Undefined();
  return Napi::Number::New(env, engine_->restart(*id));
}

Napi::Value EngineWrap::snapshot(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = number_arg(info, 0, "session");
  if (!id) return env.Undefined();
  const auto out = float64_arg(info, 1, "out", kSessionFields);
  if (!out) return env.Undefined();
  SessionSnapshot snapshot;
  const int error = engine_->snapshot(*id, &snapshot);
  if (error == 0) std::memcpy(*out, &snapshot, sizeof snapshot);
  return Napi::Number::New(env, error);
}

Napi::Value EngineWrap::remove(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = number_arg(info, 0, "session");
  if (!id) return env.Undefined();
  return Napi::Number::New(env, engine_->remove(*id));
}

Napi::Value EngineWrap::batch_wakeups(const Napi::CallbackInfo& info) {
  if (!usable(info)) return info.Env().Undefined();
  if (const auto on = boolean_arg(info, 0, "on")) engine_->batch_wakeups(*on);
  return info.Env().Undefined();
}

Napi::Value EngineWrap::release_sockets(const Napi::CallbackInfo& info) {
  if (usable(info)) engine_->release_sockets();
  return info.Env().Undefined();
}

Napi::Value EngineWrap::sync(const Napi::CallbackInfo& info) {
  if (usable(info)) engine_->sync();
  return info.Env().Undefined();
}

Napi::Value EngineWrap::set_verbose(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto verbose = boolean_arg(info, 0, "verbose");
  if (verbose) engine_->set_verbose(*verbose);
  return env.Undefined();
}

Napi::Value EngineWrap::totals(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto out = float64_arg(info, 0, "out", kTotalFields);
  if (!out) return env.Undefined();
  const EngineTotals totals = engine_->totals();
  std::memcpy(*out, &totals, sizeof totals);
  return env.Undefined();
}

Napi::Value EngineWrap::drain_events(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    Napi::TypeError::New(env, "expected a Uint8Array for events").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  auto buffer = info[0].As<Napi::Uint8Array>();
  const size_t room = buffer.ElementLength() / sizeof(Event);
  size_t count = 0;
  Event event;
  while (count < room && engine_->next_event(&event)) {
    std::memcpy(buffer.Data() + count * sizeof event, &event, sizeof event);
    ++count;
  }
  return Napi::Number::New(env, static_cast<double>(count));
}

Napi::Value EngineWrap::next_retired(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto out = float64_arg(info, 0, "out", kSessionFields);
  if (!out) return env.Undefined();
  SessionId id = 0;
  SessionSnapshot snapshot;
  if (!engine_->next_retired(&id, &snapshot)) return Napi::Number::New(env, -1);
  std::memcpy(*out, &snapshot, sizeof snapshot);
  return Napi::Number::New(env, id);
}

Napi::Value EngineWrap::close(const Napi::CallbackInfo& info) {
  shut_down();
  return info.Env().Undefined();
}

}  // namespace rtpp
