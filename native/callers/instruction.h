// One x86-64 instruction: how long it is, and what of it tells what it does to the stack pointer, the frame pointer and
// the flow of control. x86-64 only, on whatever machine it runs: pure, bytes in. The bytes may be hostile.
// Source: Intel SDM volume 2, chapter 2 (encoding) and appendix A (opcode maps).
#ifndef BENCHMEM_CALLERS_INSTRUCTION_H_
#define BENCHMEM_CALLERS_INSTRUCTION_H_

#include <cstdint>

namespace benchmem::callers {

struct Instruction {
  // kPlain, kTwo (0f), kThree (0f 38, 0f 3a), kVector (VEX, EVEX).
  enum Map : uint8_t { kPlain, kTwo, kThree, kVector };
  static constexpr unsigned kMaxLength = 15;
  static constexpr uint8_t kRsp = 4, kRbp = 5;

  unsigned length = 0; // 0: these bytes are no instruction that this reader knows
  Map map = kPlain;
  uint8_t opcode = 0;
  uint8_t rex = 0;
  bool has_modrm = false;
  uint8_t mod = 0;
  uint8_t reg = 0; // 0 .. 15, the REX bit included
  uint8_t rm = 0;  // the same; of a memory operand: its base, where has_base
  bool has_base = false;
  bool has_index = false;
  bool is_relative = false; // a memory operand whose displacement counts from the next instruction
  int32_t displacement = 0;
  int64_t immediate = 0; // sign-extended; of jumps: the distance from the next instruction

  bool is_plain(uint8_t wanted) const noexcept { return map == kPlain && opcode == wanted; }
  bool is_wide() const noexcept { return (rex & 8) != 0; }
  // The register of an opcode that names one in its low three bits (push, pop, mov of a constant).
  uint8_t opcode_register() const noexcept { return static_cast<uint8_t>((opcode & 7) | (rex & 1) << 3); }
  // [base + displacement], no index.
  bool is_memory_at(uint8_t base) const noexcept {
    return has_modrm && mod != 3 && has_base && !has_index && rm == base;
  }
  bool is_register_operand(uint8_t number) const noexcept { return has_modrm && mod == 3 && rm == number; }

  // Whether it changes the general register, as far as the common instructions of compilers go; push and pop apart.
  bool writes(uint8_t number) const noexcept;
};

// Reads nothing at or behind `end`.
Instruction decode(const uint8_t* at, const uint8_t* end) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_INSTRUCTION_H_
