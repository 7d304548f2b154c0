#include "io/shared/steering.h"

#include <netinet/in.h>

#include <bit>
#include <cerrno>
#include <cstddef>

#include "io/shared/bpf.h"

namespace rtpp {
namespace {

using enum BpfRegister;

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

// The program reads two numbers of a table entry as one.
static_assert(std::endian::native == std::endian::little);
static_assert(offsetof(SteeredPorts::Entry, others) == offsetof(SteeredPorts::Entry, socket) + 2);

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
 * that it finds there. For IPv4 the table mostly decides.
 */
// NOLINTNEXTLINE(readability-function-size): a program that jumps is read in one piece.
std::vector<BpfInstruction> program(int table, int hash, int sockets) {
  BpfAssembler code;
  BpfAssembler::Label done;
  BpfAssembler::Label ipv6;
  BpfAssembler::Label in_table;
  BpfAssembler::Label not_in_table;
  BpfAssembler::Label key_ready;
  BpfAssembler::Label found;
  BpfAssembler::Label index_ready;

  code.copy(kR6, kR1);
  code.load(kR2, kR6, kProtocol);
  code.jump_unless_equal(kR2, IPPROTO_UDP, &done);
  code.load(kR3, kR6, kFamily);
  code.jump_if_equal(kR3, AF_INET6, &ipv6);

  code.load(kR2, kR6, kLocalPort);
  code.store(kR10, kIndex, kR2);
  look_up(&code, table, kIndex);
  code.jump_if_equal(kR0, 0, &done);
  code.load(kR7, kR0, offsetof(SteeredPorts::Entry, socket));
  // Neither a socket nor others: the port is none of ours.
  code.jump_if_equal(kR7, 0, &done);
  code.load(kR8, kR0, offsetof(SteeredPorts::Entry, ip));
  code.load(kR9, kR6, kLocalIp4);
  code.keep_bits(kR7, UINT16_MAX);
  code.jump_if_equal(kR7, 0, &not_in_table);
  code.jump_if_same(kR8, kR9, &in_table);
  code.jump_if_equal(kR8, 0, &in_table);

  code.place(not_in_table);
  code.store(kR10, kKey, kR9);
  for (const int16_t word : {4, 8, 12}) code.store_value(kR10, static_cast<int16_t>(kKey + word), 0);
  code.load(kR2, kR6, kLocalPort);
  code.set_bits(kR2, 4 << 16);
  code.jump(&key_ready);

  code.place(in_table);
  code.add(kR7, -1);
  code.store(kR10, kIndex, kR7);
  code.jump(&index_ready);

  code.place(ipv6);
  for (const int16_t word : kWords) {
    code.load(kR4, kR6, static_cast<int16_t>(kLocalIp6 + word));
    code.store(kR10, static_cast<int16_t>(kKey + word), kR4);
  }
  code.load(kR2, kR6, kLocalPort);
  code.set_bits(kR2, 6 << 16);

  code.place(key_ready);
  code.store(kR10, kKeyPort, kR2);
  look_up(&code, hash, kKey);
  code.jump_unless_equal(kR0, 0, &found);
  for (const int16_t word : kWords) code.store_value(kR10, static_cast<int16_t>(kKey + word), 0);
  look_up(&code, hash, kKey);
  code.jump_if_equal(kR0, 0, &done);

  code.place(found);
  code.load(kR1, kR0, 0);
  code.store(kR10, kIndex, kR1);
  code.place(index_ready);
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
  if (failed("map of ports", steering->ports_.create()) ||
      failed("map of sockets",
             bpf_create_map(BpfMap::kSocket, sizeof(uint32_t), sizeof(uint64_t), sockets, &steering->sockets_))) {
    return nullptr;
  }
  const auto code = program(steering->ports_.table(), steering->ports_.hash(), steering->sockets_.get());
  if (failed("steering program", bpf_load_socket_lookup(code, &steering->program_)) ||
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

}  // namespace rtpp
