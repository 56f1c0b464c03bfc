#include "callers/code_path.h"

namespace benchmem::callers {

namespace {

constexpr int kWord = 8;

// add, or, adc, sbb, and, sub, xor, cmp of a register and a constant.
enum Arithmetic : uint8_t { kAdd = 0, kSubtract = 5, kCompare = 7 };

bool is_arithmetic_with_constant(const Instruction& instruction) noexcept {
  return (instruction.is_plain(0x81) || instruction.is_plain(0x83)) && instruction.mod == 3;
}

// mov to, from: registers; in either of the two encodings.
bool is_move(const Instruction& instruction, uint8_t to, uint8_t from) noexcept {
  if (!instruction.is_wide() || instruction.mod != 3) return false;
  return (instruction.is_plain(0x89) && instruction.rm == to && instruction.reg == from) ||
         (instruction.is_plain(0x8b) && instruction.reg == to && instruction.rm == from);
}

} // namespace

void CodePath::execute(const Instruction& instruction) noexcept {
  if (execute_push_or_pop(instruction)) return;
  if (instruction.writes(Instruction::kRsp)) set_stack(instruction);
  if (instruction.writes(Instruction::kRbp)) set_pointer(instruction);
}

bool CodePath::execute_push_or_pop(const Instruction& instruction) noexcept {
  if (instruction.map != Instruction::kPlain) return false;
  const uint8_t op = instruction.opcode;
  if (op >= 0x50 && op <= 0x57) {
    push(instruction.opcode_register() == Instruction::kRbp ? &pointer_ : nullptr);
  } else if (op >= 0x58 && op <= 0x5f) {
    const uint8_t number = instruction.opcode_register();
    if (number == Instruction::kRbp) pointer_ = load(stack_);
    move_stack(kWord);
    if (number == Instruction::kRsp) stack_ = {};
  } else if (op == 0x68 || op == 0x6a || op == 0x9c || (op == 0xff && (instruction.reg & 7) == 6)) {
    push(nullptr);
  } else if (op == 0x9d || (op == 0x8f && (instruction.reg & 7) == 0)) {
    move_stack(kWord);
  } else if (op == 0xc9) { // leave
    stack_ = pointer();
    pointer_ = load(stack_);
    move_stack(kWord);
  } else if (op == 0xc8) { // enter: compilers never write it
    stack_ = {};
  } else {
    return false;
  }
  return true;
}

void CodePath::push(const PointerValue* pointer) noexcept {
  move_stack(-kWord);
  for (Pushed& pushed : pushed_) {
    if (pushed.at == stack_) pushed.at = {};
  }
  if (pointer == nullptr) return;
  pushed_[next_pushed_] = {stack_, *pointer};
  next_pushed_ = (next_pushed_ + 1) % kMaxPushed;
}

// What lies below the stack pointer that the path began with is no frame's: only what the path pushed itself is known.
PointerValue CodePath::load(const StackPlace& from) const noexcept {
  if (!from.is_known()) return {};
  for (const Pushed& pushed : pushed_) {
    if (pushed.at == from) return pushed.value;
  }
  if (from.base == StackPlace::kFromStack && from.offset < 0) return {};
  return {from, true};
}

// Of a memory operand.
StackPlace CodePath::address_of(const Instruction& instruction) const noexcept {
  if (instruction.is_memory_at(Instruction::kRsp)) return stack_.plus(instruction.displacement);
  if (instruction.is_memory_at(Instruction::kRbp) && !pointer_.is_loaded) {
    return pointer_.place.plus(instruction.displacement);
  }
  return {};
}

void CodePath::set_stack(const Instruction& instruction) noexcept {
  const uint8_t group = instruction.reg & 7;
  if (instruction.is_wide() && is_arithmetic_with_constant(instruction) && (group == kAdd || group == kSubtract)) {
    move_stack(group == kAdd ? instruction.immediate : -instruction.immediate);
  } else if (is_move(instruction, Instruction::kRsp, Instruction::kRbp)) {
    stack_ = pointer();
  } else {
    stack_ = instruction.is_plain(0x8d) ? address_of(instruction) : StackPlace{}; // lea
  }
}

void CodePath::set_pointer(const Instruction& instruction) noexcept {
  if (is_move(instruction, Instruction::kRbp, Instruction::kRsp)) {
    pointer_ = {stack_, false};
  } else if (instruction.is_plain(0x8d)) { // lea
    pointer_ = {address_of(instruction), false};
  } else if (instruction.is_plain(0x8b) && instruction.is_wide() && instruction.mod != 3) {
    pointer_ = load(address_of(instruction));
  } else {
    pointer_ = {};
  }
}

FrameRule CodePath::rule_here() const noexcept {
  FrameRule rule;
  const StackPlace cfa = stack_.plus(kWord);
  if (!cfa.is_known() || cfa.offset <= 0 || cfa.offset % kWord != 0) return rule;
  if (cfa.offset / kWord > FrameRule::kMaxCfaWords) return rule;
  if (!pointer_.is_initial()) {
    const int32_t distance = cfa.offset - pointer_.place.offset;
    if (!pointer_.is_loaded || pointer_.place.base != cfa.base || distance % kWord != 0) return rule;
    if (distance <= kWord || distance / kWord > RulePacking<Machine::kX86_64>::kMaxSavedPointerWords) return rule;
    rule.saved_pointer_words = static_cast<uint16_t>(distance / kWord);
  }
  rule.from_frame_pointer = cfa.base == StackPlace::kFromPointer;
  rule.cfa_words = static_cast<uint16_t>(cfa.offset / kWord);
  return rule;
}

} // namespace benchmem::callers
