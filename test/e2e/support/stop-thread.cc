// Stops one thread of another process for a while, as a disk that does not answer would: stop-thread TID MILLISECONDS
// Prints a line when the thread has stopped. Exit code 77: the kernel does not allow it.
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const pid_t thread = std::atoi(argv[1]);
  if (::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0) {
    std::perror("ptrace");
    return errno == EPERM ? 77 : 1;
  }
  int status = 0;
  if (::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0 || ::waitpid(thread, &status, __WALL) != thread) {
    std::perror("ptrace");
    return 1;
  }
  std::puts("stopped");
  std::fflush(stdout);
  ::usleep(static_cast<useconds_t>(std::atoi(argv[2])) * 1000);
  // The end of this process lets the thread go on.
  return 0;
}
