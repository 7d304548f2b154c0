#include "io/backends.h"

#include <cerrno>
#include <iterator>

#include "io/shared/shared_backend.h"
#include "io/sockets/sockets_backend.h"

namespace rtpp {
namespace {

struct BackendRow {
  const char* name;
  /** Null with `*failure` set where the system does not let it work. */
  std::unique_ptr<IoBackend> (*create)(uint32_t workers, IoFailure* failure);
};

/** Every backend, a better one behind the others. */
constexpr BackendRow kBackends[] = {
    {SocketsBackend::kName, SocketsBackend::create},
    {SharedBackend::kName, SharedBackend::create},
};

}  // namespace

std::vector<const char*> io_choices() {
  std::vector<const char*> choices = {kAutoBackend};
  for (const BackendRow& row : kBackends) choices.push_back(row.name);
  return choices;
}

std::unique_ptr<IoBackend> create_backend(std::string_view choice, uint32_t workers, IoFailure* refusal) {
  *refusal = {};
  for (auto row = std::rbegin(kBackends); row != std::rend(kBackends); ++row) {
    if (choice != row->name && choice != kAutoBackend) continue;
    IoFailure failure;
    if (auto backend = row->create(workers, &failure)) return backend;
    *refusal = failure;
    refusal->backend = row->name;
  }
  if (refusal->error == 0) *refusal = {"choice of a packet backend", EINVAL};
  return nullptr;
}

}  // namespace rtpp
