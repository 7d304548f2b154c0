#pragma once

#include <napi.h>

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "addon/bind.h"
#include "addon/wakeup.h"

namespace rtpp {

/**
 * What is a class's own: its name; what a call after `close` throws (`kClosed`); the names of what `new` takes, and
 * `create`, which makes the native object and its wakeup of that, or throws and returns null.
 */
template <typename T>
struct NativeClass;

/**
 * The life of a JavaScript object that has threads. They end with `close`, with the environment (process exit, or the
 * end of a JavaScript worker), or when the object is collected, whatever comes first.
 */
template <typename T>
class NativeObject : public Napi::ObjectWrap<NativeObject<T>> {
 public:
  using Class = NativeClass<T>;

  static Napi::Function define(Napi::Env env, std::span<const Function> methods) {
    std::vector<Napi::ClassPropertyDescriptor<NativeObject>> properties;
    for (const Function& method : methods) properties.push_back(method.property());
    properties.push_back(kClose.property());
    return NativeObject::DefineClass(env, Class::kName, properties);
  }

  explicit NativeObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeObject>(info) {
    std::array<napi_value, std::size(Class::kParameters)> given;
    for (size_t i = 0; i < given.size(); ++i) given[i] = info[i];
    Arguments args(info.Env(), given.data(), Class::kParameters);
    object_ = Class::create(args, &wakeup_);
    if (object_ != nullptr) napi_add_env_cleanup_hook(info.Env(), end_of_environment, this);
  }
  ~NativeObject() override { end(); }

  /** What `self` is for JavaScript; null, with an exception, if that is another kind of object. */
  static NativeObject* unwrap(napi_env env, napi_value self) {
    void* wrapper = nullptr;
    if (napi_unwrap(env, self, &wrapper) != napi_ok) (void)napi_throw_type_error(env, nullptr, "no native object");
    return static_cast<NativeObject*>(wrapper);
  }

  /** The native object; null, with an exception, if it is closed. */
  T* usable(napi_env env) const {
    if (object_ == nullptr) (void)napi_throw_error(env, nullptr, Class::kClosed);
    return object_.get();
  }

 private:
  /** The only method that can be called again. */
  static napi_value close(napi_env env, napi_callback_info info) {
    napi_value self;
    if (napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr) != napi_ok) return nullptr;
    if (NativeObject* wrapper = unwrap(env, self); wrapper != nullptr) wrapper->end();
    return nullptr;
  }
  static constexpr Function kClose{"close", close, {}};

  // Hooks run latest first: the threads end while the thread-safe function of the wakeup, which was made before, is
  // still there. In the destructor it would be gone.
  static void end_of_environment(void* self) { static_cast<NativeObject*>(self)->end(); }

  void end() {
    if (object_ == nullptr) return;
    napi_remove_env_cleanup_hook(this->Env(), end_of_environment, this);
    object_->close();
    wakeup_->close();
    object_.reset();
  }

  std::unique_ptr<Wakeup> wakeup_;
  std::unique_ptr<T> object_;
};

/** Throws an Error with `errno` and, if it is known, the `step` that failed. */
inline void throw_system_error(napi_env env, const char* message, int error, const char* step = "") {
  Napi::Error failure = Napi::Error::New(env, message);
  failure.Set("errno", Napi::Number::New(env, error));
  failure.Set("step", Napi::String::New(env, step));
  failure.ThrowAsJavaScriptException();
}

}  // namespace rtpp
