#include "addon/args.h"
#include "addon/engine_wrap.h"
#include "io/media_socket.h"

namespace rtpp {

Napi::Value EngineWrap::add_recording(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto id = number_arg(info, 0, "session");
  if (!id) return env.Undefined();
  const auto fd = integer_arg(info, 1, "fd", 0, INT32_MAX);
  if (!fd) return env.Undefined();
  const auto format = integer_arg(info, 2, "format", 0, 1);
  if (!format) return env.Undefined();
  uint32_t file = 0;
  const int error = engine_->add_recording(*id, Fd(*fd), static_cast<RecordFormat>(*format), &file);
  return Napi::Number::New(env, error == 0 ? static_cast<double>(file) : -error);
}

Napi::Value EngineWrap::discard_recording(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto file = integer_arg(info, 0, "file", 0, INT32_MAX);
  if (!file) return env.Undefined();
  return Napi::Number::New(env, engine_->discard_recording(static_cast<uint32_t>(*file)));
}

Napi::Value EngineWrap::record(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  const auto rtp = integer_arg(info, 2, "rtp", 0, INT32_MAX);
  if (!rtp) return env.Undefined();
  const auto rtcp = integer_arg(info, 3, "rtcp", 0, INT32_MAX);
  if (!rtcp) return env.Undefined();
  const auto as_sent = boolean_arg(info, 4, "asSent");
  if (!as_sent) return env.Undefined();
  return Napi::Number::New(
      env, engine_->record(at->session, at->leg, static_cast<uint32_t>(*rtp), static_cast<uint32_t>(*rtcp), *as_sent));
}

Napi::Value EngineWrap::copy(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  const auto local = address_arg(info, 2, "address");
  if (!local) return env.Undefined();
  const auto port = integer_arg(info, 3, "port", 0, 65534);
  if (!port) return env.Undefined();
  const auto remote = address_arg(info, 4, "target address");
  if (!remote) return env.Undefined();
  const auto remote_port = integer_arg(info, 5, "target port", 0, 65535);
  if (!remote_port) return env.Undefined();
  const auto tos = integer_arg(info, 6, "tos", kNoTos, INT32_MAX);
  if (!tos) return env.Undefined();
  const auto rtcp = boolean_arg(info, 7, "rtcp");
  if (!rtcp) return env.Undefined();
  CopyRoute route{*local, *remote, *tos, *rtcp};
  route.local.port = static_cast<uint16_t>(*port);
  route.remote.port = static_cast<uint16_t>(*remote_port);
  return Napi::Number::New(env, engine_->copy(at->session, at->leg, route));
}

Napi::Value EngineWrap::stop_tap(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto at = leg_arg(info);
  if (!at) return env.Undefined();
  return Napi::Number::New(env, engine_->stop_tap(at->session, at->leg));
}

Napi::Value EngineWrap::next_recording(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!usable(info)) return env.Undefined();
  const auto out = float64_arg(info, 0, "out", kRecordingFields);
  if (!out) return env.Undefined();
  RecordReport report;
  if (!engine_->next_recording(&report)) return Napi::Boolean::New(env, false);
  double* fields = *out;
  fields[0] = report.file;
  fields[1] = static_cast<double>(report.kind);
  fields[2] = report.error;
  fields[3] = static_cast<double>(report.written);
  fields[4] = static_cast<double>(report.lost);
  return Napi::Boolean::New(env, true);
}

}  // namespace rtpp
