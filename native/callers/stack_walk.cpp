#include "callers/stack_walk.h"

#include "callers/frame_step.h"
#include "callers/row_walk.h"
#include "callers/stack_bounds.h"
#include "callers/walk_steps.h"

namespace benchmem {

namespace callers {

namespace {

// Where a walk stands: in the frame that `return_address` returns to.
struct Position {
  FrameWalk walk;
  const void* return_address;
  bool interrupted = false; // by a signal, so that no rule holds
};

// Leaves a frame that only the row of its table describes. Most of such rows need no more registers than are known.
__attribute__((cold, noinline)) bool leave_by_row(Position* at) noexcept {
  Registers known;
  known.stack = at->walk.stack();
  known.knows_stack = at->walk.knows_stack();
  known.frame_pointer() = {at->walk.frame_pointer(), at->walk.knows_frame_pointer()};
  known.return_address() = {reinterpret_cast<uintptr_t>(at->return_address) - (at->interrupted ? 1 : 0), true};
  RowWalk rows(known, at->interrupted, at->walk.limit());
  if (!rows.step() && !(walk_rows_to(known.stack, at->walk.limit(), &rows) && rows.step())) return false;
  at->return_address = rows.return_address();
  at->interrupted = rows.interrupted();
  at->walk.move_to(rows.registers().stack, at->return_address);
  if (!rows.registers().knows_stack) at->walk.forget_stack();
  const Registers::Value& pointer = rows.registers().frame_pointer();
  if (pointer.known)
    at->walk.set_frame_pointer(pointer.value);
  else
    at->walk.forget_frame_pointer();
  return true;
}

bool leave(const Step& step, Position* at) noexcept {
  if (__builtin_expect(step.kind == StepKind::kRow || at->interrupted, 0)) return leave_by_row(at);
  if (!leave_frame(step, &at->walk)) return false;
  at->return_address = at->walk.return_address();
  return true;
}

// Past our own frames, to the hooked call's caller. WHY: it begins at our own frame, because the entry point need not
// have kept its caller's frame pointer anywhere particular.
bool leave_own_frames(const CallSite& site, Position* at) noexcept {
  constexpr int kMostOwnFrames = 24;
  const uintptr_t goal = reinterpret_cast<uintptr_t>(site.stack);
  for (int frame = 0; frame != kMostOwnFrames; ++frame) {
    if (goal == 0 ? at->return_address == site.return_address : at->walk.stack() >= goal) break;
    if (!leave(step_at(at->return_address, at->walk), at)) return false;
  }
  return goal == 0 ? at->return_address == site.return_address : at->walk.stack() == goal;
}

FrameSource source_of(StepKind kind) noexcept {
  if (kind == StepKind::kCode) return kFromCode;
  return kind == StepKind::kPointer ? kFromPointer : kFromTable;
}

WalkedFrame frame_at(const Position& at, const Step& step) noexcept {
  const uintptr_t pointer = at.walk.frame_pointer();
  const bool on_stack = at.walk.knows_frame_pointer() && pointer >= at.walk.stack() && pointer < at.walk.limit() &&
                        pointer % sizeof(void*) == 0;
  return {at.return_address, on_stack ? reinterpret_cast<const void*>(pointer) : nullptr, step.object,
          source_of(step.kind)};
}

WalkedStack collect(Position at, WalkedFrame* out, size_t room) noexcept {
  size_t count = 0;
  while (count != room) {
    const Step step = step_at(at.return_address, at.walk);
    out[count++] = frame_at(at, step);
    if (step.kind == StepKind::kOutermost) return {count, WalkEnd::kOutermost};
    if (!leave(step, &at)) break;
  }
  return {count, WalkEnd::kTruncated};
}

WalkedStack direct_caller(const CallSite& site, WalkedFrame* out, size_t room) noexcept {
  if (room == 0) return {0, WalkEnd::kTruncated};
  out[0] = {site.return_address, nullptr, object_at(site.return_address), kFromTable};
  return {1, WalkEnd::kTruncated};
}

} // namespace

} // namespace callers

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wframe-address"
// Asking for the outer frame's address makes compilers keep a frame pointer here.
__attribute__((noinline)) WalkedStack walk_stack(const CallSite& site, WalkedFrame* out, size_t room) noexcept {
  using namespace callers;
  const uintptr_t own_frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  const Range stack = thread_stack(own_frame);
  if (!stack.holds(own_frame)) return direct_caller(site, out, room);
  Position at{FrameWalk(__builtin_dwarf_cfa(), stack.end), __builtin_return_address(0)};
  at.walk.set_frame_pointer(reinterpret_cast<uintptr_t>(__builtin_frame_address(1)));
  return leave_own_frames(site, &at) ? collect(at, out, room) : direct_caller(site, out, room);
}
#pragma GCC diagnostic pop

} // namespace benchmem
