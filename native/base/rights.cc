#include "base/rights.h"

#include <dirent.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "base/fd.h"

namespace rtpp {
namespace {

constexpr int kNetAdmin = 12;
constexpr int kNetRaw = 13;
constexpr int kBpf = 39;
constexpr uint64_t kOpening = 1ull << kNetAdmin | 1ull << kNetRaw;

/**
 * Rights belong to a thread, and the threads of the runtime are there before us, some with all signals blocked. The C
 * library keeps this signal out of every mask, as it changes the user of all threads by it.
 */
constexpr int kUnblockable = 33;

struct Rights {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2]{};

  int read() { return ::syscall(SYS_capget, &header, data) == 0 ? 0 : errno; }
  int write() { return ::syscall(SYS_capset, &header, data) == 0 ? 0 : errno; }
  bool holds(uint64_t which) const {
    return ((data[0].permitted | data[0].inheritable) & static_cast<uint32_t>(which)) != 0 ||
           ((data[1].permitted | data[1].inheritable) & static_cast<uint32_t>(which >> 32)) != 0;
  }
  void rest(uint64_t which) {
    data[0].effective &= ~static_cast<uint32_t>(which);
    data[1].effective &= ~static_cast<uint32_t>(which >> 32);
  }
  void give_up(uint64_t which) {
    rest(which);
    for (int i = 0; i < 2; ++i) {
      const uint32_t half = static_cast<uint32_t>(which >> (32 * i));
      data[i].permitted &= ~half;
      data[i].inheritable &= ~half;
    }
  }
};

/** Of the calling thread only. Nothing but system calls, since a signal handler does it. */
int drop_here(uint64_t which) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  Rights rights;
  if (const int error = rights.read(); error != 0) return error;
  if (!rights.holds(which)) return 0;
  rights.give_up(which);
  return rights.write();
}

/** Whether this kernel lets a thread without CAP_BPF change a map that it has open. */
bool maps_need_right() {
  struct {
    uint32_t type = 1, key_size = 4, value_size = 4, entries = 1, flags = 0;
  } map;
  const Fd fd(static_cast<int>(::syscall(SYS_bpf, 0, &map, sizeof map)));
  Rights rights;
  if (!fd.valid() || rights.read() != 0) return false;
  Rights without = rights;
  without.rest(1ull << kBpf);
  if (without.write() != 0) return false;
  uint64_t number = 0;
  struct {
    uint32_t map, padding;
    uint64_t key, value, flags;
  } element{static_cast<uint32_t>(fd.get()), 0, reinterpret_cast<uintptr_t>(&number),
            reinterpret_cast<uintptr_t>(&number), 0};
  const bool refused = ::syscall(SYS_bpf, 2, &element, sizeof element) != 0 && errno == EPERM;
  (void)rights.write();
  return refused;
}

#if defined(__x86_64__) || defined(__aarch64__)

/** As the kernel has it; the C library's own calls refuse this signal. */
struct KernelAction {
  void (*handler)(int) = nullptr;
  unsigned long flags = 0;
  void (*restorer)() = nullptr;
  uint64_t mask = 0;
};

#ifdef __x86_64__
extern "C" void rtpp_return_from_signal();
__asm__(
    ".text\n.hidden rtpp_return_from_signal\n.type rtpp_return_from_signal,@function\nrtpp_return_from_signal:\n"
    "mov $15, %eax\nsyscall\n");
constexpr unsigned long kRestorer = 0x04000000;
#endif
constexpr unsigned long kRestart = 0x10000000;

std::atomic<uint64_t> to_drop;
std::atomic<uint32_t> answers;
std::atomic<int> failure;

void on_signal(int) {
  const int before = errno;
  if (const int error = drop_here(to_drop.load()); error != 0) failure.store(error);
  answers.fetch_add(1);
  errno = before;
}

int set_action(const KernelAction* action, KernelAction* old) {
  return ::syscall(SYS_rt_sigaction, kUnblockable, action, old, sizeof action->mask) == 0 ? 0 : errno;
}

int list_threads(std::vector<int>* out) {
  DIR* folder = ::opendir("/proc/self/task");
  if (folder == nullptr) return errno;
  while (const dirent* entry = ::readdir(folder)) {
    if (const int id = std::atoi(entry->d_name); id > 0) out->push_back(id);
  }
  ::closedir(folder);
  return 0;
}

/** Waits up to a second until `count` threads have answered, or one of them is gone. */
bool answered(uint32_t count, int thread) {
  constexpr timespec kPause{0, 50'000};
  for (int i = 0; i < 20'000; ++i) {
    if (answers.load() >= count) return true;
    if (::syscall(SYS_tgkill, ::getpid(), thread, 0) != 0) return true;
    ::nanosleep(&kPause, nullptr);
  }
  return false;
}

/** Asks each thread that is not in `done`; false when one did not answer. */
int ask_threads(std::vector<int>* done, bool* all) {
  std::vector<int> threads;
  if (const int error = list_threads(&threads); error != 0) return error;
  *all = true;
  for (const int thread : threads) {
    if (std::find(done->begin(), done->end(), thread) != done->end()) continue;
    *all = false;
    done->push_back(thread);
    const uint32_t wanted = answers.load() + 1;
    if (::syscall(SYS_tgkill, ::getpid(), thread, kUnblockable) != 0) continue;
    if (!answered(wanted, thread)) return ETIMEDOUT;
  }
  return 0;
}

int drop_elsewhere(uint64_t which) {
  KernelAction ours;
  KernelAction before;
  ours.handler = on_signal;
  ours.flags = kRestart;
#ifdef __x86_64__
  ours.flags |= kRestorer;
  ours.restorer = rtpp_return_from_signal;
#endif
  to_drop.store(which);
  if (const int error = set_action(&ours, &before); error != 0) return error;
  std::vector<int> done{static_cast<int>(::syscall(SYS_gettid))};
  // Until a look finds nobody new: those asked later may have made threads before.
  bool all = false;
  int error = 0;
  while (error == 0 && !all) error = ask_threads(&done, &all);
  // A signal that is still on its way must find our handler.
  if (error != ETIMEDOUT) (void)set_action(&before, nullptr);
  return error != 0 ? error : failure.load();
}

#else

int drop_elsewhere(uint64_t) { return ENOSYS; }

#endif

}  // namespace

int drop_rights() {
  const uint64_t which = maps_need_right() ? kOpening : kOpening | 1ull << kBpf;
  // Threads made from now on have what this one has.
  if (const int error = drop_here(which); error != 0) return error;
  return drop_elsewhere(which);
}

}  // namespace rtpp
