#include "callers/instruction.h"

#include <cstddef>
#include <cstring>

namespace benchmem::callers {

namespace {

// What follows an opcode, one letter for each of a map's 256:
//   . nothing   M modrm   B modrm, 1 byte   F modrm, 2 or 4 bytes   G, H modrm; for /0 and /1 1 byte, or 2 or 4 bytes
//   1 one byte  2 two bytes  4 two or four bytes  J four bytes  V as 4, with REX.W eight  O eight bytes  E three bytes
//   x none of this map's (prefixes and escapes are taken before)
constexpr char kPlainMap[] =
    "MMMM14xxMMMM14xx" // 00
    "MMMM14xxMMMM14xx" // 10
    "MMMM14xxMMMM14xx" // 20
    "MMMM14xxMMMM14xx" // 30
    "xxxxxxxxxxxxxxxx" // 40
    "................" // 50
    "xxxMxxxx4F1B...." // 60
    "1111111111111111" // 70
    "BFxBMMMMMMMMMMMM" // 80
    "..........x....." // 90
    "OOOO....14......" // a0
    "11111111VVVVVVVV" // b0
    "BB2.xxBFE.2..1x." // c0
    "MMMMxxx.MMMMMMMM" // d0
    "11111111JJx1...." // e0
    "x.xx..GH......MM";
constexpr char kTwoMap[] =
    "MMMMx.....x.xM.B" // 00
    "MMMMMMMMMMMMMMMM" // 10
    "MMMMxxxxMMMMMMMM" // 20
    "......x.xxxxxxxx" // 30
    "MMMMMMMMMMMMMMMM" // 40
    "MMMMMMMMMMMMMMMM" // 50
    "MMMMMMMMMMMMMMMM" // 60
    "BBBBMMM.MMxxMMMM" // 70
    "JJJJJJJJJJJJJJJJ" // 80
    "MMMMMMMMMMMMMMMM" // 90
    "...MBMxx...MBMMM" // a0
    "MMMMMMMMMMBMMMMM" // b0
    "MMBMBBBM........" // c0
    "MMMMMMMMMMMMMMMM" // d0
    "MMMMMMMMMMMMMMMM" // e0
    "MMMMMMMMMMMMMMMM";
static_assert(sizeof kPlainMap == 257 && sizeof kTwoMap == 257, "a letter for each opcode");

bool is_prefix(uint8_t byte) noexcept {
  switch (byte) {
    case 0x26:
    case 0x2e:
    case 0x36:
    case 0x3e:
    case 0x64:
    case 0x65:
    case 0x66:
    case 0x67:
    case 0xf0:
    case 0xf2:
    case 0xf3: return true;
    default: return false;
  }
}

class Decoder {
 public:
  Decoder(const uint8_t* at, const uint8_t* end) noexcept
      : start_(at),
        at_(at),
        end_(end - at > std::ptrdiff_t{Instruction::kMaxLength} ? at + Instruction::kMaxLength : end) {}

  Instruction run() noexcept {
    take_prefixes();
    take_opcode();
    if (!failed_) out_.length = static_cast<unsigned>(at_ - start_);
    return out_;
  }

 private:
  uint8_t byte() noexcept {
    if (at_ == end_) {
      failed_ = true;
      return 0;
    }
    return *at_++;
  }

  int64_t number(unsigned bytes) noexcept {
    if (static_cast<unsigned>(end_ - at_) < bytes) {
      failed_ = true;
      return 0;
    }
    uint64_t value = 0;
    memcpy(&value, at_, bytes);
    at_ += bytes;
    const unsigned unused = 64 - 8 * bytes;
    return static_cast<int64_t>(value << unused) >> unused;
  }

  void take_prefixes() noexcept {
    for (; at_ != end_ && is_prefix(*at_); ++at_) narrow_ |= *at_ == 0x66;
    if (at_ != end_ && (*at_ & 0xf0) == 0x40) out_.rex = *at_++;
  }

  void take_opcode() noexcept {
    const uint8_t first = byte();
    switch (first) {
      case 0x0f: return take_escaped();
      case 0xc5: byte(); return take_vector(1);
      case 0xc4: return take_long_vector(1);
      case 0x62: return take_long_vector(2);
      default: out_.opcode = first; return take_operands(kPlainMap[first]);
    }
  }

  void take_escaped() noexcept {
    const uint8_t second = byte();
    const bool is_three = second == 0x38 || second == 0x3a;
    out_.map = is_three ? Instruction::kThree : Instruction::kTwo;
    out_.opcode = is_three ? byte() : second;
    if (is_three)
      take_operands(second == 0x38 ? 'M' : 'B');
    else
      take_operands(kTwoMap[second]);
  }

  // The map stands in the low bits of the byte behind the escape; `more` bytes of the prefix follow it.
  void take_long_vector(unsigned more) noexcept {
    const uint8_t map = byte() & 7;
    number(more);
    take_vector(map);
  }

  void take_vector(uint8_t map) noexcept {
    out_.map = Instruction::kVector;
    out_.opcode = byte();
    if (map == 0 || map == 4 || map == 7) failed_ = true;
    if (map == 3) return take_operands('B');
    const char letter = map == 1 ? kTwoMap[out_.opcode] : 'M';
    take_operands(letter == 'B' || letter == '.' ? letter : 'M');
  }

  void take_operands(char letter) noexcept {
    const unsigned narrow = narrow_ && !out_.is_wide() ? 2 : 4;
    switch (letter) {
      case '.': return;
      case 'M': return take_modrm();
      case 'B': take_modrm(); return take_immediate(1);
      case 'F': take_modrm(); return take_immediate(narrow);
      case 'G': take_modrm(); return take_immediate((out_.reg & 7) < 2 ? 1 : 0);
      case 'H': take_modrm(); return take_immediate((out_.reg & 7) < 2 ? narrow : 0);
      case '1': return take_immediate(1);
      case '2': return take_immediate(2);
      case '4': return take_immediate(narrow);
      case 'J': return take_immediate(4);
      case 'V': return take_immediate(out_.is_wide() ? 8 : narrow);
      case 'O': return take_immediate(8);
      case 'E': return take_immediate(3);
      default: failed_ = true;
    }
  }

  void take_immediate(unsigned bytes) noexcept {
    if (bytes != 0) out_.immediate = number(bytes);
  }

  void take_modrm() noexcept {
    const uint8_t modrm = byte();
    out_.has_modrm = true;
    out_.mod = modrm >> 6;
    out_.reg = static_cast<uint8_t>((modrm >> 3 & 7) | (out_.rex & 4) << 1);
    const uint8_t low = modrm & 7;
    out_.rm = static_cast<uint8_t>(low | (out_.rex & 1) << 3);
    if (out_.mod == 3) return;
    bool no_base = out_.mod == 0 && low == 5; // rip
    out_.is_relative = no_base;
    if (low == 4) no_base = take_sib();
    out_.has_base = !no_base;
    if (out_.mod == 1) out_.displacement = static_cast<int32_t>(number(1));
    if (out_.mod == 2 || no_base) out_.displacement = static_cast<int32_t>(number(4));
  }

  // Whether it has no base.
  bool take_sib() noexcept {
    const uint8_t sib = byte();
    const unsigned index = (sib >> 3 & 7) | (out_.rex & 2) << 2;
    out_.has_index = index != 4;
    out_.rm = static_cast<uint8_t>((sib & 7) | (out_.rex & 1) << 3);
    return out_.mod == 0 && (sib & 7) == 5;
  }

  const uint8_t* start_;
  const uint8_t* at_;
  const uint8_t* end_;
  bool failed_ = false;
  bool narrow_ = false; // operand size 16
  Instruction out_;
};

// In the order of the opcodes: whether the reg operand is what it writes.
bool writes_reg_operand(const Instruction& instruction) noexcept {
  const uint8_t op = instruction.opcode;
  if (instruction.map == Instruction::kTwo) {
    return (op & 0xf0) == 0x40 || op == 0xaf || op == 0xb6 || op == 0xb7 || (op >= 0xb8 && op <= 0xbf && op != 0xba);
  }
  if (op < 0x40) return (op & 7) == 3 && op != 0x3b;
  return op == 0x63 || op == 0x69 || op == 0x6b || op == 0x87 || op == 0x8b || op == 0x8d;
}

// The same for the other operand, where it is a register. Of the groups, cmp, test and calls write nothing.
bool writes_rm_operand(const Instruction& instruction) noexcept {
  const uint8_t op = instruction.opcode, group = instruction.reg & 7;
  if (instruction.map == Instruction::kTwo) return op == 0xb1 || op == 0xc1;
  if (op < 0x40) return (op & 7) == 1 && op != 0x39;
  switch (op) {
    case 0x81:
    case 0x83: return group != 7;
    case 0x87:
    case 0x89:
    case 0xc1:
    case 0xc7:
    case 0xd1:
    case 0xd3: return true;
    case 0xf7: return group == 2 || group == 3;
    case 0xff: return group < 2;
    default: return false;
  }
}

} // namespace

bool Instruction::writes(uint8_t number) const noexcept {
  if (map == kPlain && opcode >= 0xb8 && opcode <= 0xbf) return opcode_register() == number;
  if (map == kPlain && opcode > 0x90 && opcode <= 0x97) return opcode_register() == number; // xchg with rax
  if (!has_modrm || (map != kPlain && map != kTwo)) return false;
  return (reg == number && writes_reg_operand(*this)) || (is_register_operand(number) && writes_rm_operand(*this));
}

Instruction decode(const uint8_t* at, const uint8_t* end) noexcept { return Decoder(at, end).run(); }

} // namespace benchmem::callers
