#pragma once

#include <napi.h>

#include <memory>

#include "addon/wakeup.h"
#include "engine/engine.h"

namespace rtpp {

/**
 * The one JavaScript object of the addon (`NativeEngine` in `src/addon/types.ts`): each method converts its arguments,
 * calls the engine, and returns 0 or an errno. After `close` every method but `close` throws.
 */
class EngineWrap : public Napi::ObjectWrap<EngineWrap> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit EngineWrap(const Napi::CallbackInfo& info);
  ~EngineWrap() override;

 private:
  Napi::Value backend(const Napi::CallbackInfo& info);
  Napi::Value socket_reuse(const Napi::CallbackInfo& info);
  Napi::Value create_session(const Napi::CallbackInfo& info);
  Napi::Value open_leg(const Napi::CallbackInfo& info);
  Napi::Value complete(const Napi::CallbackInfo& info);
  Napi::Value set_peer(const Napi::CallbackInfo& info);
  Napi::Value set_ttl(const Napi::CallbackInfo& info);
  Napi::Value restart(const Napi::CallbackInfo& info);
  Napi::Value set_resizer(const Napi::CallbackInfo& info);
  Napi::Value set_tos(const Napi::CallbackInfo& info);
  Napi::Value snapshot(const Napi::CallbackInfo& info);
  Napi::Value remove(const Napi::CallbackInfo& info);
  Napi::Value batch_wakeups(const Napi::CallbackInfo& info);
  Napi::Value release_sockets(const Napi::CallbackInfo& info);
  Napi::Value sync(const Napi::CallbackInfo& info);
  Napi::Value set_verbose(const Napi::CallbackInfo& info);
  Napi::Value set_access(const Napi::CallbackInfo& info);
  Napi::Value judge(const Napi::CallbackInfo& info);
  Napi::Value totals(const Napi::CallbackInfo& info);
  Napi::Value drain_events(const Napi::CallbackInfo& info);
  Napi::Value next_retired(const Napi::CallbackInfo& info);
  Napi::Value add_recording(const Napi::CallbackInfo& info);
  Napi::Value discard_recording(const Napi::CallbackInfo& info);
  Napi::Value record(const Napi::CallbackInfo& info);
  Napi::Value copy(const Napi::CallbackInfo& info);
  Napi::Value stop_tap(const Napi::CallbackInfo& info);
  Napi::Value next_recording(const Napi::CallbackInfo& info);
  Napi::Value fork(const Napi::CallbackInfo& info);
  Napi::Value add_prompt(const Napi::CallbackInfo& info);
  Napi::Value drop_prompt(const Napi::CallbackInfo& info);
  Napi::Value play(const Napi::CallbackInfo& info);
  Napi::Value stop_play(const Napi::CallbackInfo& info);
  Napi::Value next_ended_player(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  /** Numbers that `next_recording` fills in. */
  static constexpr size_t kRecordingFields = 5;
  /** Numbers that `next_ended_player` fills in. */
  static constexpr size_t kPlayerEndFields = 2;

  bool usable(const Napi::CallbackInfo& info);
  void shut_down();
  static void end_of_environment(void* self);

  std::unique_ptr<Wakeup> wakeup_;
  IoFailure refusal_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace rtpp
