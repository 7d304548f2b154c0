#include "io/steering.h"

#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "io/bpf.h"

namespace rtpp {
namespace {

using enum BpfRegister;

/** Every port of two families, and as many again. */
constexpr uint32_t kMaxPorts = 262'144;

/** Key of the ports. The program puts it together in its own way from what the kernel tells it. */
struct PortKey {
  /** As in the packet; an IPv4 address is followed by zeros. */
  uint8_t ip[16];
  /** Port number, and the family (4 or 6) in the upper half. */
  uint32_t port;
};

PortKey key_of(const Endpoint& local) {
  PortKey key{};
  std::memcpy(key.ip, local.ip, sizeof key.ip);
  key.port = local.port | uint32_t{local.family} << 16;
  return key;
}

// struct bpf_sk_lookup, which the program gets.
constexpr int16_t kFamily = 8;
constexpr int16_t kProtocol = 12;
constexpr int16_t kLocalIp4 = 40;
constexpr int16_t kLocalIp6 = 44;
constexpr int16_t kLocalPort = 60;

// Its stack.
constexpr int16_t kIndex = -4;
constexpr int16_t kKey = -24;
constexpr int16_t kKeyPort = kKey + 16;
constexpr int16_t kWords[] = {0, 4, 8, 12};

/** The verdict "go on", with the socket that was assigned, if any. */
constexpr int32_t kPass = 1;

void look_up(BpfAssembler* code, int map, int16_t key) {
  code->load_map(kR1, map);
  code->copy(kR2, kR10);
  code->add(kR2, key);
  code->call(BpfHelper::kMapLookup);
}

/**
 * Looks for the packet's destination among the ports, then for its port at the wildcard address, and assigns the socket
 * that it finds there.
 */
std::vector<BpfInstruction> program(int ports, int sockets) {
  BpfAssembler code;
  BpfAssembler::Label done;
  BpfAssembler::Label ipv6;
  BpfAssembler::Label key_ready;
  BpfAssembler::Label found;

  code.copy(kR6, kR1);
  code.load(kR2, kR6, kProtocol);
  code.jump_unless_equal(kR2, IPPROTO_UDP, &done);
  code.load(kR2, kR6, kLocalPort);
  code.load(kR3, kR6, kFamily);
  code.jump_if_equal(kR3, AF_INET6, &ipv6);
  code.load(kR4, kR6, kLocalIp4);
  code.store(kR10, kKey, kR4);
  for (const int16_t word : {4, 8, 12}) code.store_value(kR10, static_cast<int16_t>(kKey + word), 0);
  code.set_bits(kR2, 4 << 16);
  code.jump(&key_ready);

  code.place(ipv6);
  for (const int16_t word : kWords) {
    code.load(kR4, kR6, static_cast<int16_t>(kLocalIp6 + word));
    code.store(kR10, static_cast<int16_t>(kKey + word), kR4);
  }
  code.set_bits(kR2, 6 << 16);

  code.place(key_ready);
  code.store(kR10, kKeyPort, kR2);
  look_up(&code, ports, kKey);
  code.jump_unless_equal(kR0, 0, &found);
  for (const int16_t word : kWords) code.store_value(kR10, static_cast<int16_t>(kKey + word), 0);
  look_up(&code, ports, kKey);
  code.jump_if_equal(kR0, 0, &done);

  code.place(found);
  code.load(kR1, kR0, 0);
  code.store(kR10, kIndex, kR1);
  look_up(&code, sockets, kIndex);
  code.jump_if_equal(kR0, 0, &done);
  code.copy(kR7, kR0);
  code.copy(kR1, kR6);
  code.copy(kR2, kR7);
  code.set(kR3, 0);
  // Fails when a program of another daemon has assigned a socket already: then that is valid.
  code.call(BpfHelper::kSocketAssign);
  code.copy(kR1, kR7);
  code.call(BpfHelper::kSocketRelease);

  code.place(done);
  code.set(kR0, kPass);
  code.exit();
  return code.program();
}

}  // namespace

std::unique_ptr<Steering> Steering::create(uint32_t sockets, IoFailure* failure) {
  std::unique_ptr<Steering> steering(new Steering());
  const auto failed = [&](const char* what, int error) {
    *failure = {what, error};
    return error != 0;
  };
  if (failed("map of ports",
             bpf_create_map(BpfMap::kHash, sizeof(PortKey), sizeof(uint32_t), kMaxPorts, &steering->ports_)) ||
      failed("map of sockets",
             bpf_create_map(BpfMap::kSocket, sizeof(uint32_t), sizeof(uint64_t), sockets, &steering->sockets_)) ||
      failed("steering program",
             bpf_load_socket_lookup(program(steering->ports_.get(), steering->sockets_.get()), &steering->program_)) ||
      failed("attachment of the steering program",
             bpf_attach_socket_lookup(steering->program_.get(), &steering->link_))) {
    return nullptr;
  }
  return steering;
}

int Steering::set_socket(uint32_t number, int fd) {
  const auto value = static_cast<uint64_t>(fd);
  return bpf_set(sockets_.get(), &number, &value);
}

int Steering::add(const Endpoint& local, uint32_t number) {
  const PortKey key = key_of(local);
  return bpf_set(ports_.get(), &key, &number);
}

void Steering::remove(const Endpoint& local) {
  const PortKey key = key_of(local);
  bpf_remove(ports_.get(), &key);
}

}  // namespace rtpp
