// How to leave the frame at a return address, for walks of whole stacks: from the cache, else found and remembered.
#ifndef BENCHMEM_CALLERS_WALK_STEPS_H_
#define BENCHMEM_CALLERS_WALK_STEPS_H_

#include "callers/frame_step.h"
#include "callers/walk_cache.h"

namespace benchmem::callers {

// The step at an address that the cache does not hold. `walk` stands at that address.
__attribute__((cold, noinline)) Step find_step(const void* return_address, const FrameWalk& walk) noexcept;

// The known object that holds it; nothing is found or remembered.
ObjectId object_at(const void* return_address) noexcept;

inline Step step_at(const void* return_address, const FrameWalk& walk) noexcept {
  Step step;
  return walk_cache.look_up(return_address, &step) ? step : find_step(return_address, walk);
}

// Leaves the frame by the rule of its step, where it has one.
inline bool leave_frame(const Step& step, FrameWalk* walk) noexcept {
  if (!walk->step(step.rule)) return false;
  if (!kOwn.frame_pointer_ends_frame && step.kind == StepKind::kPointer) walk->forget_stack();
  return true;
}

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_WALK_STEPS_H_
