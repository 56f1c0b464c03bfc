// Where the current thread's stack lies: what a walk may read. Asked of the kernel once per thread, without allocating.
// WHY: pthread_getattr_np is not used, because it allocates, inside the very allocation that is being walked.
#ifndef BENCHMEM_CALLERS_STACK_BOUNDS_H_
#define BENCHMEM_CALLERS_STACK_BOUNDS_H_

#include <cstdint>

#include "kernel/range.h"

namespace benchmem::callers {

// The stack that the thread was started on. `address`: of a frame of the caller's. It holds no address where the kernel would not say.
// A thread that runs elsewhere (a fiber, a signal's own stack) gets the same answer, which does not hold its address.
Range thread_stack(uintptr_t address) noexcept;

// The run of readable and writable mappings without a gap that ends in the one that holds an anchor, up to the anchor.
// Pure: lines are shown to it one by one, in ascending order.
class StackSearch {
 public:
  // `grows`: the stack may still reach down to the mapping below it.
  StackSearch(uintptr_t anchor, bool grows) noexcept : anchor_(anchor), grows_(grows) {}
  void see(const Range& mapping, bool readable_and_writable) noexcept;
  // Empty if no line held the anchor.
  const Range& found() const noexcept { return found_; }

 private:
  uintptr_t anchor_;
  bool grows_;
  uintptr_t run_begin_ = 0;
  uintptr_t before_ = 0; // the end of the mapping before
  bool in_run_ = false;
  uintptr_t floor_ = 0; // the end of the mapping below the run
  Range found_;
};

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_STACK_BOUNDS_H_
