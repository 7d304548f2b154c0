#pragma once

#include <cstdint>
#include <vector>

#include "base/fd.h"

namespace rtpp {

/**
 * The little that we need of bpf(2), with definitions of our own: the headers of the system may be older than its
 * kernel, and with musl there are none.
 */
enum class BpfMap : uint32_t {
  kHash = 1,
  /** An array that may be mapped into memory. */
  kSharedArray = 2,
  kSocket = 15
};

/** Functions of the kernel that programs call. */
enum class BpfHelper : int32_t { kMapLookup = 1, kSocketRelease = 86, kSocketAssign = 124 };

/** One instruction as the kernel takes it. */
struct BpfInstruction {
  uint8_t code;
  uint8_t target : 4;
  uint8_t source : 4;
  int16_t offset;
  int32_t value;
};
static_assert(sizeof(BpfInstruction) == 8);

/** Makes a map; 0 or an errno. */
[[nodiscard]] int bpf_create_map(BpfMap type, uint32_t key_size, uint32_t value_size, uint32_t entries, Fd* out);
/** Sets an element; 0 or an errno. */
[[nodiscard]] int bpf_set(int map, const void* key, const void* value);
/** Removes an element; false: it is not there. */
[[nodiscard]] bool bpf_remove(int map, const void* key);
/** Loads a program that looks up sockets; 0 or an errno. */
[[nodiscard]] int bpf_load_socket_lookup(const std::vector<BpfInstruction>& program, Fd* out);
/** Has the program run for the network namespace of this thread, until the last copy of `out` is closed. */
[[nodiscard]] int bpf_attach_socket_lookup(int program, Fd* out);

/** Register of a program. R1 to R5 are arguments and change with every call, R6 to R9 stay; R10 is the stack's end. */
enum class BpfRegister : uint8_t { kR0, kR1, kR2, kR3, kR4, kR5, kR6, kR7, kR8, kR9, kR10 };

/** Writes a program, jumps by label. */
class BpfAssembler {
 public:
  using Register = BpfRegister;
  /** Jumps forward to a place that is not known yet. */
  using Label = std::vector<size_t>;

  void set(Register target, int32_t value);
  void copy(Register target, Register source);
  void add(Register target, int32_t value);
  void set_bits(Register target, int32_t bits);
  void keep_bits(Register target, int32_t bits);
  /** 32 bits from or to memory. */
  void load(Register target, Register address, int16_t offset);
  void store(Register address, int16_t offset, Register source);
  void store_value(Register address, int16_t offset, int32_t value);
  void load_map(Register target, int map);
  void call(BpfHelper helper);
  void jump(Label* label);
  void jump_if_equal(Register left, int32_t right, Label* label);
  void jump_if_same(Register left, Register right, Label* label);
  void jump_unless_equal(Register left, int32_t right, Label* label);
  void exit();
  /** Jumps to the label end here. */
  void place(const Label& label);

  const std::vector<BpfInstruction>& program() const { return program_; }

 private:
  void emit(int code, Register target, Register source, int16_t offset, int32_t value);
  std::vector<BpfInstruction> program_;
};

}  // namespace rtpp
