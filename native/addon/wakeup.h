#pragma once

#include <napi.h>

#include <atomic>
#include <memory>

#include "addon/convert.h"
#include "control/control_sockets.h"
#include "engine/event_sink.h"

namespace rtpp {

/**
 * Brings the main thread's attention to what other threads have for it: at most one call of the JavaScript callback is
 * pending, however many threads ask for it. It does not keep the process alive unless told to.
 */
class Wakeup : public EventSink, public ControlListener {
 public:
  Wakeup(Napi::Env env, Napi::Function callback);
  ~Wakeup() override { close(); }

  /** Any thread. */
  void events_pending() override;
  void commands_pending() override { events_pending(); }
  /** Main thread: while control sockets are open the process goes on, because commands may come. */
  void serving(bool on) override;
  /** Main thread, after the other threads have ended: no callback comes any more. */
  void close();

 private:
  static void call(Napi::Env env, Napi::Function callback, Wakeup* self, void* data);
  // Nothing is allocated per call, so nothing is lost when queued calls are dropped at the end.
  using Callback = Napi::TypedThreadSafeFunction<Wakeup, void, call>;

  const Napi::Env env_;
  Callback callback_;
  std::atomic<bool> pending_{false};
  bool open_ = true;
};

/** Takes a function, which is called when there is something. */
[[nodiscard]] bool read(Arguments& args, std::unique_ptr<Wakeup>* out);

}  // namespace rtpp
