// Leaving a frame by the whole row of its unwind table: restores all registers that a callee keeps, and knows
// expressions. Pure, except that it reads the stack.
#ifndef BENCHMEM_CALLERS_ROW_STEP_H_
#define BENCHMEM_CALLERS_ROW_STEP_H_

#include "callers/frame_row.h"
#include "callers/registers.h"

namespace benchmem::callers {

// Leaves the frame that the row holds for: the registers become its caller's. False: they do not suffice, or lead
// nowhere sensible; they are then as they were.
// INVARIANT: a caller's stack pointer is above its callee's, and at most the window's end.
bool step_by_row(const UnwindImage& image, const FrameRow& frame, const StackWindow& stack,
                 Registers* registers) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ROW_STEP_H_
