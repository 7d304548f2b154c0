#include "addon/wakeup.h"

namespace rtpp {

Wakeup::Wakeup(Napi::Env env, Napi::Function callback)
    : callback_(Napi::ThreadSafeFunction::New(env, callback, "rtpp engine events", 0, 1)) {
  callback_.Unref(env);
}

void Wakeup::events_pending() {
  if (pending_.exchange(true, std::memory_order_acq_rel)) return;
  callback_.NonBlockingCall([this](Napi::Env env, Napi::Function callback) {
    // Cleared first: what is queued while the callback runs asks for another call.
    pending_.store(false, std::memory_order_release);
    if (env != nullptr) callback.Call({});
  });
}

void Wakeup::close() {
  if (!open_) return;
  open_ = false;
  // Abort, not Release: queued calls must not run in an environment that is being torn down.
  callback_.Abort();
}

}  // namespace rtpp
