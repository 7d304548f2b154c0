#pragma once

#include <napi.h>

#include <atomic>

#include "engine/worker.h"

namespace rtpp {

/**
 * Brings the control thread's attention to queued events: at most one call of the JavaScript callback is pending,
 * however many threads ask for it. It does not keep the process alive unless told to.
 */
class Wakeup : public EventSink {
 public:
  Wakeup(Napi::Env env, Napi::Function callback);
  ~Wakeup() override { close(); }

  /** Worker threads. */
  void events_pending() override;
  /** Main thread: whether the process goes on because calls may come. */
  void keep_alive(Napi::Env env, bool keep);
  /** Control thread, after the workers have ended: no callback comes any more. */
  void close();

 private:
  static void call(Napi::Env env, Napi::Function callback, Wakeup* self, void* data);
  // Nothing is allocated per call, so nothing is lost when queued calls are dropped at the end.
  using Callback = Napi::TypedThreadSafeFunction<Wakeup, void, call>;

  Callback callback_;
  std::atomic<bool> pending_{false};
  bool open_ = true;
};

}  // namespace rtpp
