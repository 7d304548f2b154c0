#include "addon/control_wrap.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "addon/access_args.h"
#include "addon/args.h"

namespace rtpp {
namespace {

/** Numbers that `figures` fills in. */
constexpr size_t kFigures = sizeof(ControlFigures) / sizeof(double);
/** Commands that one call can hand over or answer. */
constexpr size_t kMaxBatch = 4096;

std::optional<std::string> text_arg(const Napi::CallbackInfo& info, size_t index) {
  if (info[index].IsString()) return info[index].As<Napi::String>().Utf8Value();
  Napi::TypeError::New(info.Env(), "expected a string").ThrowAsJavaScriptException();
  return std::nullopt;
}

/** A typed array of one kind; nothing, and a TypeError, for anything else. */
template <typename Array>
std::optional<Array> array_arg(const Napi::CallbackInfo& info, size_t index, napi_typedarray_type type,
                               const char* name) {
  if (info[index].IsTypedArray() && info[index].As<Napi::TypedArray>().TypedArrayType() == type) {
    return info[index].As<Array>();
  }
  Napi::TypeError::New(info.Env(), std::string("expected another kind of array for ") + name)
      .ThrowAsJavaScriptException();
  return std::nullopt;
}

}  // namespace

Napi::Function ControlWrap::define(Napi::Env env) {
  return DefineClass(env, "NativeControl",
                     {
                         InstanceMethod<&ControlWrap::open>("open"),
                         InstanceMethod<&ControlWrap::port>("port"),
                         InstanceMethod<&ControlWrap::close_socket>("closeSocket"),
                         InstanceMethod<&ControlWrap::answer_versions>("answerVersions"),
                         InstanceMethod<&ControlWrap::leave_versions>("leaveVersions"),
                         InstanceMethod<&ControlWrap::take>("take"),
                         InstanceMethod<&ControlWrap::reply>("reply"),
                         InstanceMethod<&ControlWrap::allow_only>("allowOnly"),
                         InstanceMethod<&ControlWrap::last_denied>("lastDenied"),
                         InstanceMethod<&ControlWrap::figures>("figures"),
                         InstanceMethod<&ControlWrap::close>("close"),
                     });
}

ControlWrap::ControlWrap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ControlWrap>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction()) {
    Napi::TypeError::New(env, "expected a callback").ThrowAsJavaScriptException();
    return;
  }
  wakeup_ = std::make_unique<Wakeup>(env, info[0].As<Napi::Function>());
  int error = 0;
  io_ = ControlIo::create(this, &error);
  if (io_ == nullptr) {
    wakeup_->close();
    Napi::Error failure = Napi::Error::New(env, "the control thread cannot be started");
    failure.Set("errno", Napi::Number::New(env, error));
    failure.ThrowAsJavaScriptException();
    return;
  }
  napi_add_env_cleanup_hook(env, end_of_environment, this);
}

// Garbage collection of an object that was never closed.
ControlWrap::~ControlWrap() { shut_down(); }

// Process exit and worker termination, while the thread-safe function is still there (see EngineWrap).
void ControlWrap::end_of_environment(void* self) { static_cast<ControlWrap*>(self)->shut_down(); }

void ControlWrap::shut_down() {
  if (io_ == nullptr) return;
  napi_remove_env_cleanup_hook(Env(), end_of_environment, this);
  io_->stop();
  wakeup_->close();
  io_.reset();
}

bool ControlWrap::usable(const Napi::CallbackInfo& info) {
  if (io_ != nullptr) return true;
  Napi::Error::New(info.Env(), "the control sockets are closed").ThrowAsJavaScriptException();
  return false;
}

Napi::Value ControlWrap::open(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  auto local = address_arg(info, 0, "address");
  if (!local) return env.Undefined();
  const auto port = integer_arg(info, 1, "port", 0, 65535);
  if (!port) return env.Undefined();
  local->port = static_cast<uint16_t>(*port);
  ControlSocketId id = 0;
  if (const int error = io_->open(*local, &id); error != 0) return Napi::Number::New(env, -error);
  if (open_sockets_++ == 0) wakeup_->keep_alive(env, true);
  return Napi::Number::New(env, id);
}

Napi::Value ControlWrap::port(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = integer_arg(info, 0, "socket", 0, INT32_MAX);
  return id ? Napi::Number::New(env, io_->port(*id)) : env.Undefined();
}

Napi::Value ControlWrap::close_socket(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = integer_arg(info, 0, "socket", 0, INT32_MAX);
  if (!id || io_->port(*id) == 0) return env.Undefined();
  io_->close(*id);
  if (--open_sockets_ == 0) wakeup_->keep_alive(env, false);
  return env.Undefined();
}

Napi::Value ControlWrap::answer_versions(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  auto base = text_arg(info, 0);
  if (!base) return env.Undefined();
  if (base->empty() || base->size() > kMaxReply - kMaxCookie - 1) {
    Napi::RangeError::New(env, "the version is empty or too long").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  std::vector<std::string> dates;
  for (size_t i = 1; i < info.Length(); ++i) {
    auto date = text_arg(info, i);
    if (!date) return env.Undefined();
    dates.push_back(std::move(*date));
  }
  io_->answer_versions(std::move(*base), std::move(dates));
  return env.Undefined();
}

Napi::Value ControlWrap::leave_versions(const Napi::CallbackInfo& info) {
  if (usable(info)) io_->leave_versions();
  return info.Env().Undefined();
}

Napi::Value ControlWrap::take(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  auto bytes = array_arg<Napi::Uint8Array>(info, 0, napi_uint8_array, "bytes");
  if (!bytes) return env.Undefined();
  auto fields = array_arg<Napi::Int32Array>(info, 1, napi_int32_array, "requests");
  if (!fields) return env.Undefined();
  if (bytes->ByteLength() < kMaxCommand) {
    Napi::RangeError::New(env, "no room for the longest command").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  // ControlRequest is nothing but the integers of the array.
  auto* out = reinterpret_cast<ControlRequest*>(fields->Data());
  const size_t max = std::min(fields->ElementLength() / kControlRequestFields, kMaxBatch);
  return Napi::Number::New(env, static_cast<double>(io_->take(bytes->Data(), bytes->ByteLength(), out, max)));
}

Napi::Value ControlWrap::reply(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  auto texts = array_arg<Napi::Uint8Array>(info, 0, napi_uint8_array, "texts");
  if (!texts) return env.Undefined();
  auto ids = array_arg<Napi::Int32Array>(info, 1, napi_int32_array, "ids");
  if (!ids) return env.Undefined();
  auto sizes = array_arg<Napi::Int32Array>(info, 2, napi_int32_array, "sizes");
  if (!sizes) return env.Undefined();
  const auto count = integer_arg(info, 3, "count", 0, kMaxBatch);
  if (!count) return env.Undefined();
  const auto length = static_cast<size_t>(*count);
  bool fits = ids->ElementLength() >= length && sizes->ElementLength() >= length;
  size_t total = 0;
  for (size_t i = 0; fits && i < length; ++i) {
    const int32_t size = sizes->Data()[i];
    fits = size >= 0 && (total += static_cast<size_t>(size)) <= texts->ByteLength();
  }
  if (!fits) {
    Napi::RangeError::New(env, "the replies are not all there").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  io_->reply(texts->Data(), ids->Data(), sizes->Data(), length);
  return env.Undefined();
}

Napi::Value ControlWrap::allow_only(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  auto blocks = blocks_arg(info, 0, "blocks");
  if (blocks) io_->gate().allow_only(std::move(*blocks));
  return env.Undefined();
}

Napi::Value ControlWrap::last_denied(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const Endpoint last = io_->gate().denied().last;
  char text[INET6_ADDRSTRLEN] = "";
  if (!last.empty()) (void)::inet_ntop(last.family == 6 ? AF_INET6 : AF_INET, last.ip, text, sizeof text);
  return Napi::String::New(env, text);
}

Napi::Value ControlWrap::figures(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto out = float64_arg(info, 0, "out", kFigures);
  if (!out) return env.Undefined();
  const ControlFigures figures = io_->figures();
  std::memcpy(*out, &figures, sizeof figures);
  return env.Undefined();
}

Napi::Value ControlWrap::close(const Napi::CallbackInfo& info) {
  shut_down();
  return info.Env().Undefined();
}

}  // namespace rtpp
