// What the instructions on one path do to the stack pointer and the frame pointer. Pure; the instructions may be hostile.
#ifndef BENCHMEM_CALLERS_CODE_PATH_H_
#define BENCHMEM_CALLERS_CODE_PATH_H_

#include <cstddef>
#include <cstdint>

#include "callers/frame_rule.h"
#include "callers/instruction.h"

namespace benchmem::callers {

// An address on the stack: the stack or frame pointer as it was where the path began, plus a constant.
struct StackPlace {
  enum Base : uint8_t { kNowhere, kFromStack, kFromPointer } base = kNowhere;
  int32_t offset = 0;

  bool is_known() const noexcept { return base != kNowhere; }
  bool operator==(const StackPlace& other) const noexcept { return base == other.base && offset == other.offset; }
  bool operator!=(const StackPlace& other) const noexcept { return !(*this == other); }
  // Nowhere, if it is or gets farther away than any frame is large.
  StackPlace plus(int64_t bytes) const noexcept {
    constexpr int64_t kFarthest = 1 << 20;
    if (!is_known() || bytes > kFarthest || bytes < -kFarthest) return {};
    const int64_t sum = offset + bytes;
    return sum > kFarthest || sum < -kFarthest ? StackPlace{} : StackPlace{base, static_cast<int32_t>(sum)};
  }
};

// What the frame pointer's register holds: an address of the stack (at first the one that it held), what stood in a
// place of the stack when the path began, or neither.
struct PointerValue {
  StackPlace place;
  bool is_loaded = false;

  bool is_initial() const noexcept { return !is_loaded && place == StackPlace{StackPlace::kFromPointer, 0}; }
};

class CodePath {
 public:
  CodePath() noexcept = default;
  explicit CodePath(uint64_t start) noexcept : address(start) {}

  uint64_t address = 0; // of the next instruction
  const StackPlace& stack() const noexcept { return stack_; }

  // All but the flow of control.
  void execute(const Instruction& instruction) noexcept;
  // The rule of a frame that is left here, with the return address at the stack pointer. !exists(): none, or it would
  // break the calling convention (the caller's frame pointer is not restored).
  FrameRule rule_here() const noexcept;
  // What the frame pointer holds, where that is an address of the stack that the path knows.
  StackPlace pointer() const noexcept { return pointer_.is_loaded ? StackPlace{} : pointer_.place; }

 private:
  // Frame pointers that this path itself pushed: a callee in tail position, a nested save.
  static constexpr size_t kMaxPushed = 2;
  struct Pushed {
    StackPlace at;
    PointerValue value;
  };

  void move_stack(int64_t bytes) noexcept { stack_ = stack_.plus(bytes); }
  void push(const PointerValue* pointer) noexcept;
  PointerValue load(const StackPlace& from) const noexcept;
  void set_stack(const Instruction& instruction) noexcept;
  void set_pointer(const Instruction& instruction) noexcept;
  bool execute_push_or_pop(const Instruction& instruction) noexcept;
  StackPlace address_of(const Instruction& instruction) const noexcept;

  StackPlace stack_{StackPlace::kFromStack, 0};
  PointerValue pointer_{{StackPlace::kFromPointer, 0}, false};
  Pushed pushed_[kMaxPushed];
  size_t next_pushed_ = 0;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_CODE_PATH_H_
