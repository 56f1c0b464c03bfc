#include "callers/walk_steps.h"

#include "callers/frame_row.h"
#include "callers/known_objects.h"
#include "kernel/raw_pages.h"

namespace benchmem::callers {

namespace {

// push rbp; mov rbp, rsp: what every frame of JIT code and of V8's builtins begins with.
FrameRule frame_pointer_rule() noexcept {
  FrameRule rule;
  rule.from_frame_pointer = true;
  rule.cfa_words = 2;
  rule.saved_pointer_words = 2;
  return rule;
}

Step step_in(const LoadedObject& object, uintptr_t pc) noexcept {
  FrameRow frame;
  if (!find_frame_row(unwind_image_of(object), pc, &frame)) {
    return {StepKind::kPointer, object.id, frame_pointer_rule()};
  }
  if (frame.is_outermost()) return {StepKind::kOutermost, object.id, {}};
  const FrameRule rule = rule_of(frame);
  return {rule.exists() ? StepKind::kTable : StepKind::kRow, object.id, rule};
}

// With the lock held. False: no known object holds the address.
bool find_known(const void* return_address, Step* out) noexcept {
  const uintptr_t pc = reinterpret_cast<uintptr_t>(return_address) - 1; // inside the call instruction
  const LoadedObject* const object = known.objects.find(pc);
  if (object == nullptr) return false;
  *out = step_in(*object, pc);
  walk_cache.remember(return_address, *out);
  return true;
}

} // namespace

Step find_step(const void* return_address, const FrameWalk&) noexcept {
  ErrnoGuard errno_guard;
  Step step;
  LoaderCounts scanned;
  {
    LockGuard guard(known.lock);
    if (find_known(return_address, &step)) return step;
    scanned = known.scanned;
  }
  if (loader_has_changed(scanned)) scan_objects();
  LockGuard guard(known.lock);
  if (find_known(return_address, &step)) return step;
  // WHY nothing where objects are missing from the table: the address may be in one of them, and no JIT code.
  const bool is_jit_code = !known.objects.overflowed();
  step = is_jit_code ? Step{StepKind::kPointer, kUnknownObject, frame_pointer_rule()}
                     : Step{StepKind::kNone, kOtherObjects, {}};
  walk_cache.remember(return_address, step);
  return step;
}

} // namespace benchmem::callers
