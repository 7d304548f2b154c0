#include "io/shared/steered_ports.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "io/shared/bpf.h"

namespace rtpp {
namespace {

constexpr uint32_t kPortNumbers = 65'536;
constexpr size_t kTableBytes = kPortNumbers * sizeof(SteeredPorts::Entry);
/** Every port of two families, and as many again. */
constexpr uint32_t kMaxHashed = 262'144;

SteeredPorts::Key key_of(const Endpoint& local) {
  SteeredPorts::Key key{};
  std::memcpy(key.ip, local.ip, sizeof key.ip);
  key.port = local.port | uint32_t{local.family} << 16;
  return key;
}

uint32_t ip4_of(const Endpoint& local) {
  uint32_t ip;
  std::memcpy(&ip, local.ip, sizeof ip);
  return ip;
}

void publish(uint16_t* field, uint16_t value) {
  std::atomic_ref<uint16_t>(*field).store(value, std::memory_order_release);
}

}  // namespace

SteeredPorts::~SteeredPorts() {
  if (entries_ != nullptr) (void)::munmap(entries_, kTableBytes);
}

int SteeredPorts::create() {
  if (const int error = bpf_create_map(BpfMap::kSharedArray, sizeof(uint32_t), sizeof(Entry), kPortNumbers, &table_);
      error != 0) {
    return error;
  }
  if (const int error = bpf_create_map(BpfMap::kHash, sizeof(Key), sizeof(uint32_t), kMaxHashed, &hash_); error != 0) {
    return error;
  }
  void* memory = ::mmap(nullptr, kTableBytes, PROT_READ | PROT_WRITE, MAP_SHARED, table_.get(), 0);
  if (memory == MAP_FAILED) return errno;
  entries_ = static_cast<Entry*>(memory);
  return 0;
}

int SteeredPorts::add(const Endpoint& local, uint32_t socket) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[local.port];
  if (local.family == 4 && entry.socket == 0) {
    entry.ip = ip4_of(local);
    publish(&entry.socket, static_cast<uint16_t>(socket + 1));
    return 0;
  }
  const Key key = key_of(local);
  const int error = bpf_set(hash_.get(), &key, &socket);
  if (error == 0 && local.family == 4) publish(&entry.others, static_cast<uint16_t>(entry.others + 1));
  return error;
}

void SteeredPorts::remove(const Endpoint& local) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[local.port];
  if (local.family == 4 && entry.socket != 0 && entry.ip == ip4_of(local)) {
    publish(&entry.socket, 0);
    return;
  }
  const Key key = key_of(local);
  const bool removed = bpf_remove(hash_.get(), &key);
  if (removed && local.family == 4) publish(&entry.others, static_cast<uint16_t>(entry.others - 1));
}

}  // namespace rtpp
