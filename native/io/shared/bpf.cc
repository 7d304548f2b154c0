#include "io/shared/bpf.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace rtpp {
namespace {

enum Operation : int { kMapCreate = 0, kMapUpdate = 2, kMapDelete = 3, kProgramLoad = 5, kLinkCreate = 28 };

constexpr uint32_t kSocketLookupProgram = 30;
constexpr uint32_t kSocketLookupAttachment = 36;
/** Memory of a map is taken element by element. */
constexpr uint32_t kNoPreallocation = 1;
/** A map can be mapped into memory. */
constexpr uint32_t kMappable = 1 << 10;

uint32_t flags_of(BpfMap type) {
  switch (type) {
    case BpfMap::kHash:
      return kNoPreallocation;
    case BpfMap::kSharedArray:
      return kMappable;
    case BpfMap::kSocket:
      break;
  }
  return 0;
}

// Layouts of union bpf_attr; what is not named must be 0.
struct MapAttributes {
  uint32_t type, key_size, value_size, entries, flags;
};
struct ElementAttributes {
  uint32_t map, padding;
  uint64_t key, value, flags;
};
struct ProgramAttributes {
  uint32_t type, count;
  uint64_t instructions, license;
  uint32_t log_level, log_size;
  uint64_t log;
  uint32_t kernel_version, flags;
  char name[16];
  uint32_t interface, attachment;
};
struct LinkAttributes {
  uint32_t program, target, attachment, flags;
};

template <typename Attributes>
long bpf(Operation operation, Attributes* attributes) {
  return ::syscall(SYS_bpf, operation, attributes, sizeof *attributes);
}

template <typename Attributes>
int create(Operation operation, Attributes* attributes, Fd* out) {
  const long fd = bpf(operation, attributes);
  if (fd < 0) return errno;
  out->reset(static_cast<int>(fd));
  return 0;
}

uint64_t address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

// Operation codes: class, size or operation, and where the second operand comes from.
constexpr int kLoadImmediate = 0x18;  // LD | IMM | DW
constexpr int kLoadWord = 0x61;       // LDX | MEM | W
constexpr int kStoreValue = 0x62;     // ST | MEM | W
constexpr int kStoreWord = 0x63;      // STX | MEM | W
constexpr int kAddValue = 0x07;       // ALU64 | ADD | K
constexpr int kOrValue = 0x47;        // ALU64 | OR | K
constexpr int kAndValue = 0x57;       // ALU64 | AND | K
constexpr int kMoveValue = 0xb7;      // ALU64 | MOV | K
constexpr int kMoveRegister = 0xbf;   // ALU64 | MOV | X
constexpr int kJump = 0x05;           // JMP | JA
constexpr int kJumpEqual = 0x15;      // JMP | JEQ | K
constexpr int kJumpSame = 0x1d;       // JMP | JEQ | X
constexpr int kJumpUnequal = 0x55;    // JMP | JNE | K
constexpr int kCall = 0x85;           // JMP | CALL
constexpr int kExit = 0x95;           // JMP | EXIT
/** Source register of a load that means the descriptor of a map. */
constexpr auto kMapDescriptor = BpfRegister::kR1;
constexpr auto kNone = BpfRegister::kR0;

}  // namespace

int bpf_create_map(BpfMap type, uint32_t key_size, uint32_t value_size, uint32_t entries, Fd* out) {
  MapAttributes attributes{};
  attributes.type = static_cast<uint32_t>(type);
  attributes.key_size = key_size;
  attributes.value_size = value_size;
  attributes.entries = entries;
  attributes.flags = flags_of(type);
  return create(kMapCreate, &attributes, out);
}

int bpf_set(int map, const void* key, const void* value) {
  ElementAttributes attributes{};
  attributes.map = static_cast<uint32_t>(map);
  attributes.key = address(key);
  attributes.value = address(value);
  return bpf(kMapUpdate, &attributes) == 0 ? 0 : errno;
}

bool bpf_remove(int map, const void* key) {
  ElementAttributes attributes{};
  attributes.map = static_cast<uint32_t>(map);
  attributes.key = address(key);
  return bpf(kMapDelete, &attributes) == 0;
}

int bpf_load_socket_lookup(const std::vector<BpfInstruction>& program, Fd* out) {
  ProgramAttributes attributes{};
  attributes.type = kSocketLookupProgram;
  attributes.count = static_cast<uint32_t>(program.size());
  attributes.instructions = address(program.data());
  attributes.license = address("BSD");
  attributes.attachment = kSocketLookupAttachment;
  return create(kProgramLoad, &attributes, out);
}

int bpf_attach_socket_lookup(int program, Fd* out) {
  const Fd space(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  if (!space.valid()) return errno;
  LinkAttributes attributes{};
  attributes.program = static_cast<uint32_t>(program);
  attributes.target = static_cast<uint32_t>(space.get());
  attributes.attachment = kSocketLookupAttachment;
  return create(kLinkCreate, &attributes, out);
}

void BpfAssembler::emit(int code, Register target, Register source, int16_t offset, int32_t value) {
  BpfInstruction instruction{};
  instruction.code = static_cast<uint8_t>(code);
  instruction.target = static_cast<uint8_t>(target) & 15;
  instruction.source = static_cast<uint8_t>(source) & 15;
  instruction.offset = offset;
  instruction.value = value;
  program_.push_back(instruction);
}

void BpfAssembler::set(Register target, int32_t value) { emit(kMoveValue, target, kNone, 0, value); }
void BpfAssembler::copy(Register target, Register source) { emit(kMoveRegister, target, source, 0, 0); }
void BpfAssembler::add(Register target, int32_t value) { emit(kAddValue, target, kNone, 0, value); }
void BpfAssembler::set_bits(Register target, int32_t bits) { emit(kOrValue, target, kNone, 0, bits); }
void BpfAssembler::keep_bits(Register target, int32_t bits) { emit(kAndValue, target, kNone, 0, bits); }

void BpfAssembler::load(Register target, Register address, int16_t offset) {
  emit(kLoadWord, target, address, offset, 0);
}
void BpfAssembler::store(Register address, int16_t offset, Register source) {
  emit(kStoreWord, address, source, offset, 0);
}
void BpfAssembler::store_value(Register address, int16_t offset, int32_t value) {
  emit(kStoreValue, address, kNone, offset, value);
}

void BpfAssembler::load_map(Register target, int map) {
  emit(kLoadImmediate, target, kMapDescriptor, 0, map);
  emit(0, kNone, kNone, 0, 0);  // the upper half of the 64 bits
}

void BpfAssembler::call(BpfHelper helper) { emit(kCall, kNone, kNone, 0, static_cast<int32_t>(helper)); }
void BpfAssembler::exit() { emit(kExit, kNone, kNone, 0, 0); }

void BpfAssembler::jump(Label* label) {
  label->push_back(program_.size());
  emit(kJump, kNone, kNone, 0, 0);
}
void BpfAssembler::jump_if_equal(Register left, int32_t right, Label* label) {
  label->push_back(program_.size());
  emit(kJumpEqual, left, kNone, 0, right);
}
void BpfAssembler::jump_if_same(Register left, Register right, Label* label) {
  label->push_back(program_.size());
  emit(kJumpSame, left, right, 0, 0);
}
void BpfAssembler::jump_unless_equal(Register left, int32_t right, Label* label) {
  label->push_back(program_.size());
  emit(kJumpUnequal, left, kNone, 0, right);
}

void BpfAssembler::place(const Label& label) {
  for (const size_t from : label) program_[from].offset = static_cast<int16_t>(program_.size() - from - 1);
}

}  // namespace rtpp
