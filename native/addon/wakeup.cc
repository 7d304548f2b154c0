#include "addon/wakeup.h"

namespace rtpp {

Wakeup::Wakeup(Napi::Env env, Napi::Function callback)
    : env_(env), callback_(Callback::New(env, callback, "rtpproxy wakeup", 0, 1, this)) {
  callback_.Unref(env);
}

void Wakeup::events_pending() {
  if (!pending_.exchange(true, std::memory_order_acq_rel)) callback_.NonBlockingCall();
}

void Wakeup::serving(bool on) {
  if (on) {
    callback_.Ref(env_);
  } else {
    callback_.Unref(env_);
  }
}

void Wakeup::call(Napi::Env env, Napi::Function callback, Wakeup* self, void*) {
  if (env == nullptr) return;  // dropped at the end; `self` may be gone
  // Cleared first: what is queued while the callback runs asks for another call.
  self->pending_.store(false, std::memory_order_release);
  callback.Call({});
}

void Wakeup::close() {
  if (!open_) return;
  open_ = false;
  // Abort, not Release: queued calls must not run in an environment that is being torn down.
  callback_.Abort();
}

bool read(Arguments& args, std::unique_ptr<Wakeup>* out) {
  const Napi::Value callback(args.env(), args.take());
  if (!callback.IsFunction()) return args.mistyped("a function");
  *out = std::make_unique<Wakeup>(callback.Env(), callback.As<Napi::Function>());
  return true;
}

}  // namespace rtpp
