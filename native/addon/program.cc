#include "addon/program.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "base/fd.h"

namespace rtpp {
namespace {

/** What the program gets: some programs close as many descriptors as there may be, or know no higher ones (select). */
constexpr rlim_t kFileLimit = 1024;
/** Media goes before it (nice(2)). */
constexpr int kPriority = 10;
constexpr size_t kStackBytes = 64 * 1024;
/** Exit code of a child that is no program yet; nobody hears of it. */
constexpr int kNotStarted = 127;
/** No child of the daemon has that number. */
constexpr int32_t kUnknownEnd = 255;

/** Texts that end with a zero byte, as `execve` wants them. */
class Texts {
 public:
  explicit Texts(std::span<const uint8_t> bytes) : bytes_(bytes.begin(), bytes.end()) {
    bytes_.push_back('\0');
    for (size_t at = 0; at + 1 < bytes_.size(); at += std::char_traits<char>::length(&bytes_[at]) + 1) {
      pointers_.push_back(&bytes_[at]);
    }
    pointers_.push_back(nullptr);
  }

  Texts(Texts&&) = default;
  Texts(const Texts&) = delete;
  Texts& operator=(Texts&&) = delete;
  Texts& operator=(const Texts&) = delete;
  ~Texts() = default;

  char* const* get() const { return pointers_.data(); }

 private:
  std::vector<char> bytes_;
  std::vector<char*> pointers_;
};

struct Start {
  int output;
  int errors;
  int input;
  char* const* arguments;
  char* const* environment;
  /** Why there is no program. */
  int error;
};

void limit_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min(limit.rlim_max, kFileLimit);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

/** What the daemon has set for itself, and the program must not have. Where the system forbids it, it stays as it is.
 */
void drop_settings() {
  for (int number = 1; number < NSIG; ++number) (void)::signal(number, SIG_DFL);
  const sched_param normal{};
  (void)::sched_setscheduler(0, SCHED_OTHER, &normal);
  (void)::setpriority(PRIO_PROCESS, 0, std::max(kPriority, ::getpriority(PRIO_PROCESS, 0)));
  limit_files();
}

/** What runs in the child, on a stack of its own, in the memory of the daemon, until there is a program. */
int become_program(void* data) {
  auto* start = static_cast<Start*>(data);
  (void)::setsid();
  drop_settings();
  if (::dup2(start->input, STDIN_FILENO) < 0 || ::dup2(start->output, STDOUT_FILENO) < 0 ||
      ::dup2(start->errors, STDERR_FILENO) < 0 || ::chdir("/") != 0) {
    start->error = errno;
    return kNotStarted;
  }
#ifdef SYS_close_range
  // Before Linux 5.9 it is left to O_CLOEXEC, which all descriptors of the daemon have.
  (void)::syscall(SYS_close_range, STDERR_FILENO + 1U, ~0U, 0U);
#endif
  sigset_t none;
  (void)::sigemptyset(&none);
  (void)::sigprocmask(SIG_SETMASK, &none, nullptr);
  (void)::execve(start->arguments[0], start->arguments, start->environment);
  start->error = errno;
  return kNotStarted;
}

/**
 * The calling thread waits until the program runs, as with `vfork`; all others go on. `fork` would take the relay
 * workers milliseconds: it copies the tables of their memory, and each page that they write to next faults.
 */
int spawn(Start* start) {
  const auto stack = std::make_unique<std::byte[]>(kStackBytes);
  sigset_t all;
  sigset_t before;
  (void)::sigfillset(&all);
  // A handler of the daemon must not run in the child.
  (void)::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::clone(become_program, stack.get() + kStackBytes, CLONE_VM | CLONE_VFORK | SIGCHLD, start);
  if (pid < 0) start->error = errno;
  (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (start->error == 0) return pid;
  if (pid > 0) (void)::waitpid(pid, nullptr, 0);
  return -start->error;
}

}  // namespace

std::optional<std::vector<int32_t>> open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return std::nullopt;
  return std::vector<int32_t>{ends[0], ends[1]};
}

Pooled start_program(Bounded<0, INT32_MAX> output, Bounded<0, INT32_MAX> errors, std::span<const uint8_t> arguments,
                     std::span<const uint8_t> environment) {
  // Both are copied: the work is done when the call is over.
  auto texts = std::make_shared<const std::pair<Texts, Texts>>(Texts(arguments), Texts(environment));
  return {[output, errors, texts] {
    if (texts->first.get()[0] == nullptr) return -ENOENT;
    const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Start start{output, errors, nothing.get(), texts->first.get(), texts->second.get(), nothing.valid() ? 0 : errno};
    return start.error != 0 ? -start.error : spawn(&start);
  }};
}

std::optional<int32_t> program_end(Bounded<1, INT32_MAX> pid) {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return kUnknownEnd;
  if (info.si_pid == 0) return std::nullopt;
  // The number of the group is still the program's: it has not been waited for.
  (void)::kill(-pid, SIGKILL);
  (void)::waitpid(pid, nullptr, 0);
  return info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
}

}  // namespace rtpp
