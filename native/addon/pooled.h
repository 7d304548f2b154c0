#pragma once

#include <node_api.h>

#include <functional>

namespace rtpp {

/**
 * Work that may wait for a disk or a file server. A thread of Node's pool does it; what JavaScript gets is a promise of
 * the number that it returns, 0 or an errno.
 */
struct Pooled {
  std::function<int()> work;
};

napi_value write(napi_env env, Pooled pooled);

/** As a result: whether Node's loop waits for something that is under way, such as work of its pool, ours or not. */
struct PendingRequests {};

napi_value write(napi_env env, PendingRequests);

}  // namespace rtpp
