#pragma once

#include <pthread.h>
#include <signal.h>

namespace rtpp {

/**
 * Starts a thread under a name of at most 15 bytes; 0 or an errno. It runs with all signals blocked: they belong to the
 * main thread.
 */
[[nodiscard]] inline int start_thread(pthread_t* thread, const char* name, void* (*run)(void*), void* argument) {
  // pthread_create rather than std::thread: it reports a refusal instead of throwing, and asks for no newer libstdc++.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = ::pthread_create(thread, nullptr, run, argument);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error == 0) ::pthread_setname_np(*thread, name);
  return error;
}

}  // namespace rtpp
