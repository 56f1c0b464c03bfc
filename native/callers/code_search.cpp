#include "callers/code_search.h"

namespace benchmem::callers {

Flow flow_of(const Instruction& instruction) noexcept {
  const uint8_t op = instruction.opcode;
  if (instruction.map == Instruction::kTwo) {
    if (op >= 0x80 && op <= 0x8f) return Flow::kBranch;
    return op == 0x0b || op == 0xb9 || op == 0xff ? Flow::kEnd : Flow::kNext; // ud2, ud1, ud0
  }
  if (instruction.map != Instruction::kPlain) return Flow::kNext;
  if ((op >= 0x70 && op <= 0x7f) || (op >= 0xe0 && op <= 0xe3)) return Flow::kBranch;
  switch (op) {
    case 0xe9:
    case 0xeb: return Flow::kJump;
    case 0xc2:
    case 0xc3: return Flow::kReturn;
    case 0xca:
    case 0xcb:                    // far returns
    case 0xcc:                    // int3, the filler behind calls that never return
    case 0xcf:                    // iret
    case 0xf4: return Flow::kEnd; // hlt
    case 0xff: return (instruction.reg & 6) == 4 ? Flow::kTailJump : Flow::kNext;
    default: return Flow::kNext;
  }
}

} // namespace benchmem::callers
