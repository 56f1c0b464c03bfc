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

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_WALK_STEPS_H_
