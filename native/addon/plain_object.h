#pragma once

#include <napi.h>

#include <memory>
#include <span>
#include <vector>

#include "addon/bind.h"

namespace rtpp {

/** Says of a class that it is memory and nothing else: there are no threads to end, and no hurry to free it. */
template <typename T>
inline constexpr bool kIsPlain = false;

/** The life of a JavaScript object of such a class, which the collector ends. It is made without arguments. */
template <typename T>
requires kIsPlain<T>
class NativeObject<T> : public Napi::ObjectWrap<NativeObject<T>> {
 public:
  static Napi::Function define(Napi::Env env, const char* name, std::span<const Function> methods) {
    std::vector<Napi::ClassPropertyDescriptor<NativeObject>> properties;
    for (const Function& method : methods) properties.push_back(method.property());
    return NativeObject::DefineClass(env, name, properties);
  }

  explicit NativeObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeObject>(info) {}

  /** What `self` is for JavaScript; null, with an exception, if that is another kind of object. */
  static NativeObject* unwrap(napi_env env, napi_value self) {
    void* wrapper = nullptr;
    if (napi_unwrap(env, self, &wrapper) != napi_ok) (void)napi_throw_type_error(env, nullptr, "no native object");
    return static_cast<NativeObject*>(wrapper);
  }

  T* usable(napi_env /*env*/) const { return object_.get(); }

 private:
  std::unique_ptr<T> object_ = std::make_unique<T>();
};

}  // namespace rtpp
