#pragma once

#include <napi.h>

#include <memory>

#include "addon/wakeup.h"
#include "control/control_io.h"

namespace rtpp {

/** The JavaScript object `NativeControl` (`src/addon/control-types.ts`). After `close` every method but `close`
 * throws. */
class ControlWrap : public Napi::ObjectWrap<ControlWrap>, private ControlListener {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ControlWrap(const Napi::CallbackInfo& info);
  ~ControlWrap() override;

 private:
  Napi::Value open(const Napi::CallbackInfo& info);
  Napi::Value port(const Napi::CallbackInfo& info);
  Napi::Value close_socket(const Napi::CallbackInfo& info);
  Napi::Value answer_versions(const Napi::CallbackInfo& info);
  Napi::Value leave_versions(const Napi::CallbackInfo& info);
  Napi::Value take(const Napi::CallbackInfo& info);
  Napi::Value reply(const Napi::CallbackInfo& info);
  Napi::Value allow_only(const Napi::CallbackInfo& info);
  Napi::Value last_denied(const Napi::CallbackInfo& info);
  Napi::Value figures(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  void commands_pending() override { wakeup_->events_pending(); }
  bool usable(const Napi::CallbackInfo& info);
  void shut_down();
  static void end_of_environment(void* self);

  std::unique_ptr<Wakeup> wakeup_;
  std::unique_ptr<ControlIo> io_;
  /** While there are any, the process is kept alive. */
  int open_sockets_ = 0;
};

}  // namespace rtpp
