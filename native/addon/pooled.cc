#include "addon/pooled.h"

#include <uv.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "addon/convert.h"

namespace rtpp {
namespace {

struct Job {
  std::function<int()> work;
  int result = ECANCELED;
  napi_async_work handle = nullptr;
  napi_deferred promise = nullptr;
};

void execute(napi_env, void* data) {
  auto* job = static_cast<Job*>(data);
  job->result = job->work();
}

/** On the main thread. While the environment is torn down nobody waits for the promise. */
void complete(napi_env env, napi_status, void* data) {
  const std::unique_ptr<Job> job(static_cast<Job*>(data));
  (void)napi_resolve_deferred(env, job->promise, write(env, job->result));
  (void)napi_delete_async_work(env, job->handle);
}

}  // namespace

napi_value write(napi_env env, Pooled pooled) {
  auto job = std::make_unique<Job>();
  job->work = std::move(pooled.work);
  napi_value promise;
  napi_value name;
  if (napi_create_promise(env, &job->promise, &promise) != napi_ok) return nullptr;
  if (napi_create_string_utf8(env, "rtpproxy", NAPI_AUTO_LENGTH, &name) != napi_ok) return nullptr;
  if (napi_create_async_work(env, nullptr, name, execute, complete, job.get(), &job->handle) != napi_ok) return nullptr;
  if (napi_queue_async_work(env, job->handle) != napi_ok) {
    (void)napi_delete_async_work(env, job->handle);
    return nullptr;
  }
  (void)job.release();  // `complete` has it
  return promise;
}

napi_value write(napi_env env, PendingRequests) {
  uv_loop_t* loop;
  return write(env, napi_get_uv_event_loop(env, &loop) == napi_ok && loop->active_reqs.count > 0);
}

}  // namespace rtpp
