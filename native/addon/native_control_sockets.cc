#include "addon/native_control_sockets.h"

#include <algorithm>

#include "addon/access_rules.h"
#include "addon/native_object.h"
#include "addon/records.h"
#include "control/control_sockets.h"

namespace rtpp {

/** Commands that one call can hand over or answer. */
constexpr size_t kMaxBatch = 4096;

/** What `V` is answered with: it has room behind every cookie. */
struct VersionReply : std::string {};

bool read(Arguments& args, VersionReply* out) {
  static constexpr size_t kMax = kMaxReply - kMaxCookie - 1;
  if (!read(args, static_cast<std::string*>(out))) return false;
  return (!out->empty() && out->size() <= kMax) || args.out_of_range("1 to " + std::to_string(kMax) + " bytes");
}

/** Where commands are put. */
struct CommandRoom : std::span<uint8_t> {};

bool read(Arguments& args, CommandRoom* out) {
  if (!read(args, static_cast<std::span<uint8_t>*>(out))) return false;
  return out->size() >= kMaxCommand || args.out_of_range("room for the longest command");
}

/** A request is nothing but the integers of an array. */
bool read(Arguments& args, std::span<ControlRequest>* out) {
  std::span<int32_t> fields;
  if (!read(args, &fields)) return false;
  *out = {reinterpret_cast<ControlRequest*>(fields.data()), std::min(fields.size() / kControlRequestFields, kMaxBatch)};
  return true;
}

/** Three arrays, and how many replies they hold. */
template <>
inline constexpr size_t kArguments<ControlReplies> = 4;

bool read(Arguments& args, ControlReplies* out) {
  Bounded<0, kMaxBatch> count;
  if (!read_all(args, &out->texts, &out->ids, &out->sizes, &count)) return false;
  const auto length = static_cast<size_t>(count);
  bool fits = out->ids.size() >= length && out->sizes.size() >= length;
  size_t total = 0;
  for (size_t i = 0; fits && i < length; ++i) {
    const int32_t size = out->sizes[i];
    fits = size >= 0 && (total += static_cast<size_t>(size)) <= out->texts.size();
  }
  if (!fits) return args.out_of_range("no more replies than the arrays hold");
  out->ids = out->ids.first(length);
  out->sizes = out->sizes.first(length);
  return true;
}

namespace {

using SocketNumber = Bounded<0, INT32_MAX>;

Host last_denied(ControlSockets& sockets) { return {sockets.last_denied()}; }

constexpr Function kMethods[] = {
    bind<&ControlSockets::open>("open", "address", "port"),
    bind<&ControlSockets::port, SocketNumber>("port", "socket"),
    bind<&ControlSockets::close_socket, SocketNumber>("closeSocket", "socket"),
    bind<&ControlSockets::answer_versions, VersionReply, std::vector<std::string>>("answerVersions", "base", "dates"),
    bind<&ControlSockets::leave_versions>("leaveVersions"),
    bind<&ControlSockets::take, CommandRoom, std::span<ControlRequest>>("take", "bytes", "requests"),
    bind<&ControlSockets::reply>("reply", "texts", "ids", "sizes", "count"),
    bind<&ControlSockets::allow_only>("allowOnly", "blocks"),
    bind<last_denied>("lastDenied"),
    bind<&ControlSockets::figures>("figures"),
};

}  // namespace

template <>
struct NativeClass<ControlSockets> {
  static constexpr const char* kName = "NativeControlSockets";
  static constexpr const char* kClosed = "the control sockets are closed";
  static constexpr const char* kParameters[] = {"callback"};

  static std::unique_ptr<ControlSockets> create(Arguments& args, std::unique_ptr<Wakeup>* wakeup) {
    if (!read(args, wakeup)) return nullptr;
    int error = 0;
    std::unique_ptr<ControlSockets> sockets = ControlSockets::create(wakeup->get(), &error);
    if (sockets == nullptr) throw_system_error(args.env(), "the control thread cannot be started", error);
    return sockets;
  }
};

Napi::Function define_native_control_sockets(Napi::Env env) {
  return NativeObject<ControlSockets>::define(env, kMethods);
}

}  // namespace rtpp
