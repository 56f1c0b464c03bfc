#include "callers/row_walk.h"

#include "callers/frame_row.h"
#include "callers/known_objects.h"
#include "callers/row_step.h"
#include "callers/walk_steps.h"

namespace benchmem::callers {

bool RowWalk::step_by_table(bool* has_row) noexcept {
  LockGuard guard(known.lock);
  const uintptr_t pc = reinterpret_cast<uintptr_t>(return_address()) - 1;
  const LoadedObject* const object = known.objects.find(pc);
  FrameRow frame;
  if (object == nullptr || !find_frame_row(unwind_image_of(*object), pc, &frame)) return false;
  *has_row = true;
  // WHY: the window begins below the stack pointer, because an epilogue that was interrupted has popped what its row
  // still finds there.
  const StackWindow stack{registers_.stack - (interrupted_ ? kOwn.red_zone_bytes : 0), limit_};
  if (!step_by_row(unwind_image_of(*object), frame, stack, &registers_)) return false;
  interrupted_ = frame.is_signal_frame;
  return true;
}

// Code without a table: what it does with the other registers is not known.
bool RowWalk::step_by_rule() noexcept {
  if (interrupted_) return false; // a rule holds behind calls only
  FrameWalk walk(reinterpret_cast<const void*>(registers_.stack), limit_);
  const Registers::Value& pointer = registers_.frame_pointer();
  if (pointer.known) walk.set_frame_pointer(pointer.value);
  if (!registers_.knows_stack) walk.forget_stack();
  if (!leave_frame(step_at(return_address(), walk), &walk)) return false;
  Registers caller;
  caller.stack = walk.stack();
  caller.knows_stack = walk.knows_stack();
  caller.frame_pointer() = {walk.frame_pointer(), walk.knows_frame_pointer()};
  caller.return_address() = {reinterpret_cast<uintptr_t>(walk.return_address()), true};
  registers_ = caller;
  return true;
}

bool RowWalk::step() noexcept {
  bool has_row = false;
  if (!step_by_table(&has_row) && (has_row || !step_by_rule())) return false;
  Registers::Value& address = registers_.return_address();
  address.value = FrameWalk::without_signature(address.value);
  return FrameWalk::may_return_to(address.value);
}

__attribute__((noinline)) bool walk_rows_to(uintptr_t goal, uintptr_t limit, RowWalk* out) noexcept {
  RowWalk walk(registers_here(), false, limit);
  while (walk.registers().stack < goal) {
    if (!walk.step()) return false;
  }
  *out = walk;
  return walk.registers().stack == goal;
}

} // namespace benchmem::callers
