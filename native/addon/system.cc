#include "addon/system.h"

#include <fcntl.h>
#include <grp.h>
#include <malloc.h>
#include <pwd.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <string>

#include "addon/args.h"
#include "base/fd.h"
#include "base/rights.h"

namespace rtpp {
namespace {

std::string text_arg(const Napi::CallbackInfo& info, size_t index, const char* name) {
  if (info[index].IsString()) return info[index].As<Napi::String>().Utf8Value();
  Napi::TypeError::New(info.Env(), std::string("expected a string for ") + name).ThrowAsJavaScriptException();
  return {};
}

/** userIds(name): [uid, primary gid], or null for an unknown name. */
Napi::Value user_ids(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = text_arg(info, 0, "name");
  if (env.IsExceptionPending()) return env.Undefined();
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return env.Null();
  Napi::Array ids = Napi::Array::New(env, 2);
  ids.Set(0u, Napi::Number::New(env, entry->pw_uid));
  ids.Set(1u, Napi::Number::New(env, entry->pw_gid));
  return ids;
}

/** groupId(name): gid, or null for an unknown name. */
Napi::Value group_id(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string name = text_arg(info, 0, "name");
  if (env.IsExceptionPending()) return env.Undefined();
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) return env.Null();
  return Napi::Number::New(env, entry->gr_gid);
}

/** setRealtime(roundRobin): highest priority of SCHED_RR or SCHED_FIFO for this thread and those it makes; 0 or an
 * errno. */
Napi::Value set_realtime(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto round_robin = boolean_arg(info, 0, "roundRobin");
  if (!round_robin) return env.Undefined();
  const int policy = *round_robin ? SCHED_RR : SCHED_FIFO;
  sched_param param{};
  param.sched_priority = ::sched_get_priority_max(policy);
  return Napi::Number::New(env, ::sched_setscheduler(0, policy, &param) == 0 ? 0 : errno);
}

/** openDatagram(): a non-blocking Unix datagram socket, or a negative errno. */
Napi::Value open_datagram(const Napi::CallbackInfo& info) {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return Napi::Number::New(info.Env(), fd < 0 ? -errno : fd);
}

/** sendDatagram(fd, path, bytes): never waits; `@name` is an abstract address. 0 or an errno. */
Napi::Value send_datagram(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto fd = integer_arg(info, 0, "fd", 0, INT32_MAX);
  if (!fd) return env.Undefined();
  const std::string path = text_arg(info, 1, "path");
  if (env.IsExceptionPending()) return env.Undefined();
  if (!info[2].IsTypedArray() || info[2].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    Napi::TypeError::New(env, "expected a Uint8Array for bytes").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const auto bytes = info[2].As<Napi::Uint8Array>();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return Napi::Number::New(env, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (path[0] == '@') {
    address.sun_path[0] = '\0';
  } else {
    ++length;
  }
  const ssize_t sent = ::sendto(*fd, bytes.Data(), bytes.ByteLength(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address), length);
  return Napi::Number::New(env, sent < 0 ? errno : 0);
}

#ifdef __GLIBC__
/** Free memory that the C library may keep at the end of each of its heaps. Its own bound grows to many MB. */
constexpr int kKeptMemory = 128 * 1024;
#endif

/** trimMemory(): gives the system back what the C library keeps for later, and lets it keep little from now on. */
Napi::Value trim_memory(const Napi::CallbackInfo& info) {
#ifdef __GLIBC__
  (void)::mallopt(M_TRIM_THRESHOLD, kKeptMemory);
  (void)::malloc_trim(0);
#endif
  return info.Env().Undefined();
}

/**
 * reserveDescriptors(count): has the kernel make its table of descriptors large enough for so many, or for the soft
 * limit if that is lower. It grows the table of a process with threads only after every processor has been through the
 * scheduler, and whoever opens a descriptor waits for that.
 */
Napi::Value reserve_descriptors(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto count = integer_arg(info, 0, "count", 1, INT32_MAX);
  if (!count) return env.Undefined();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return env.Undefined();
  const auto last = static_cast<int>(std::min<rlim_t>(static_cast<rlim_t>(*count), limit.rlim_cur)) - 1;
  const Fd any(::eventfd(0, EFD_CLOEXEC));
  // The table keeps its size when the highest descriptor is closed. What fails costs time later, nothing else.
  const Fd highest(::fcntl(any.get(), F_DUPFD_CLOEXEC, last));
  return env.Undefined();
}

/** dropRights(): in every thread, what only the start needed; 0 or an errno. */
Napi::Value drop_start_rights(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), drop_rights()); }

/** socketPath(fd): the path that a Unix socket is bound to, or null. */
Napi::Value socket_path(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const auto fd = integer_arg(info, 0, "fd", 0, INT32_MAX);
  if (!fd) return env.Undefined();
  // One byte more than the kernel fills in, so that the path ends.
  struct {
    sockaddr_un address;
    char end;
  } bound{};
  socklen_t length = sizeof bound.address;
  if (::getsockname(*fd, reinterpret_cast<sockaddr*>(&bound.address), &length) != 0) return env.Null();
  if (bound.address.sun_family != AF_UNIX || bound.address.sun_path[0] == '\0') return env.Null();
  return Napi::String::New(env, bound.address.sun_path);
}

/** exitNow(code): ends the process without waiting for any thread. */
Napi::Value exit_now(const Napi::CallbackInfo& info) {
  const auto code = integer_arg(info, 0, "code", 0, 255);
  if (code) ::_exit(static_cast<int>(*code));
  return info.Env().Undefined();
}

}  // namespace

void define_system(Napi::Env env, Napi::Object exports) {
  exports.Set("userIds", Napi::Function::New<user_ids>(env, "userIds"));
  exports.Set("groupId", Napi::Function::New<group_id>(env, "groupId"));
  exports.Set("setRealtime", Napi::Function::New<set_realtime>(env, "setRealtime"));
  exports.Set("trimMemory", Napi::Function::New<trim_memory>(env, "trimMemory"));
  exports.Set("openDatagram", Napi::Function::New<open_datagram>(env, "openDatagram"));
  exports.Set("sendDatagram", Napi::Function::New<send_datagram>(env, "sendDatagram"));
  exports.Set("reserveDescriptors", Napi::Function::New<reserve_descriptors>(env, "reserveDescriptors"));
  exports.Set("dropRights", Napi::Function::New<drop_start_rights>(env, "dropRights"));
  exports.Set("socketPath", Napi::Function::New<socket_path>(env, "socketPath"));
  exports.Set("exitNow", Napi::Function::New<exit_now>(env, "exitNow"));
}

}  // namespace rtpp
