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
#include <vector>

#include "addon/bind.h"
#include "addon/pooled.h"
#include "addon/program.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/rights.h"
#include "io/media_socket.h"

namespace rtpp {
namespace {

using FdNumber = Bounded<0, INT32_MAX>;

/** The local address that the kernel would use towards another one; nothing without a route. */
std::optional<Host> source_address(const Host& remote) {
  Endpoint local;
  if (source_address_towards(remote, &local) != 0) return std::nullopt;
  return Host{local};
}

/** What the kernel says to a UDP socket on any port of an address; 0 or an errno. */
int bind_error(const Host& local) {
  Fd fd;
  return create_media_socket(local, true, &fd);
}

/** Microseconds since the Unix epoch. */
double wall_clock() { return static_cast<double>(wall_ns() / 1000); }

/** Soft and hard RLIMIT_NOFILE; 0 or an errno. */
int set_file_limit(Bounded<0, INT32_MAX> count) {
  const rlimit limit{static_cast<rlim_t>(count), static_cast<rlim_t>(count)};
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : errno;
}

/** The hard RLIMIT_NOFILE. */
rlim_t file_limit() {
  rlimit limit{};
  (void)::getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max;
}

/** User id and primary group id; nothing for an unknown name. */
std::optional<std::vector<uint32_t>> user_ids(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  return std::vector<uint32_t>{entry->pw_uid, entry->pw_gid};
}

/** Group id; nothing for an unknown name. */
std::optional<uint32_t> group_id(const std::string& name) {
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  return entry->gr_gid;
}

/** Highest priority of SCHED_RR or SCHED_FIFO for this thread and those it makes; 0 or an errno. */
int set_realtime(bool round_robin) {
  const int policy = round_robin ? SCHED_RR : SCHED_FIFO;
  sched_param param{};
  param.sched_priority = ::sched_get_priority_max(policy);
  return ::sched_setscheduler(0, policy, &param) == 0 ? 0 : errno;
}

/** A non-blocking Unix datagram socket, or a negative errno. */
int open_datagram() {
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  return fd < 0 ? -errno : fd;
}

/** Never waits; `@name` is an abstract address. 0 or an errno. */
int send_datagram(FdNumber fd, const std::string& path, std::span<const uint8_t> bytes) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path.data(), path.size());
  auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  if (path[0] == '@') {
    address.sun_path[0] = '\0';
  } else {
    ++length;
  }
  const ssize_t sent = ::sendto(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address), length);
  return sent < 0 ? errno : 0;
}

#ifdef __GLIBC__
/** Free memory that the C library may keep at the end of each of its heaps. Its own bound grows to many MB. */
constexpr int kKeptMemory = 128 * 1024;
#endif

/** Gives the system back what the C library keeps for later, and lets it keep little from now on. */
void trim_memory() {
#ifdef __GLIBC__
  (void)::mallopt(M_TRIM_THRESHOLD, kKeptMemory);
  (void)::malloc_trim(0);
#endif
}

/**
 * Has the kernel make its table of descriptors large enough for so many, or for the soft limit if that is lower. It
 * grows the table of a process with threads only after every processor has been through the scheduler, and whoever
 * opens a descriptor waits for that.
 */
void reserve_descriptors(Bounded<1, INT32_MAX> count) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const auto last = static_cast<int>(std::min<rlim_t>(static_cast<rlim_t>(count), limit.rlim_cur)) - 1;
  const Fd any(::eventfd(0, EFD_CLOEXEC));
  // The table keeps its size when the highest descriptor is closed. What fails costs time later, nothing else.
  const Fd highest(::fcntl(any.get(), F_DUPFD_CLOEXEC, last));
}

/** The path that a Unix socket is bound to, or nothing. */
std::optional<std::string> socket_path(FdNumber fd) {
  // One byte more than the kernel fills in, so that the path ends.
  struct {
    sockaddr_un address;
    char end;
  } bound{};
  socklen_t length = sizeof bound.address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound.address), &length) != 0) return std::nullopt;
  if (bound.address.sun_family != AF_UNIX || bound.address.sun_path[0] == '\0') return std::nullopt;
  return bound.address.sun_path;
}

/**
 * The lock of a whole file (fcntl), so that nobody else writes it meanwhile; of NFS the server keeps it. It belongs to
 * the open file, not to the process: so it holds between two descriptors of one process as well, and closing one of
 * them leaves the other's. EAGAIN or EACCES: somebody has one, of either kind.
 */
Pooled set_write_lock(FdNumber fd, bool held) {
  return {[fd, held] {
    struct flock lock {};
    lock.l_type = held ? F_WRLCK : F_UNLCK;
    lock.l_whence = SEEK_SET;
    return ::fcntl(fd, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
  }};
}

/** Whether Node's loop waits for threads of its pool, or for other requests. */
PendingRequests has_requests() { return {}; }

/** Ends the process without waiting for any thread. */
void exit_now(Bounded<0, 255> code) { ::_exit(code); }

constexpr Function kFunctions[] = {
    bind<source_address>("sourceAddress", "host"),
    bind<bind_error>("bindError", "host"),
    bind<wall_clock>("wallClock"),
    bind<set_file_limit>("setFileLimit", "count"),
    bind<file_limit>("fileLimit"),
    bind<user_ids>("userIds", "name"),
    bind<group_id>("groupId", "name"),
    bind<set_realtime>("setRealtime", "roundRobin"),
    bind<trim_memory>("trimMemory"),
    bind<open_datagram>("openDatagram"),
    bind<send_datagram>("sendDatagram", "fd", "path", "bytes"),
    bind<reserve_descriptors>("reserveDescriptors", "count"),
    bind<drop_rights>("dropRights"),
    bind<socket_path>("socketPath", "fd"),
    bind<set_write_lock>("setWriteLock", "fd", "held"),
    bind<open_pipe>("openPipe"),
    bind<start_program>("startProgram", "output", "errors", "arguments", "environment"),
    bind<program_end>("programEnd", "pid"),
    bind<has_requests>("hasRequests"),
    bind<exit_now>("exitNow", "code"),
};

}  // namespace

std::span<const Function> system_functions() { return kFunctions; }

}  // namespace rtpp
