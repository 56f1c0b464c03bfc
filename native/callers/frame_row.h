// The row of an object's unwind table that holds for one address, whole: also what no FrameRule can say (expressions,
// signal frames, an outermost frame). Must not read outside the image it is given: the bytes may be hostile.
#ifndef BENCHMEM_CALLERS_FRAME_ROW_H_
#define BENCHMEM_CALLERS_FRAME_ROW_H_

#include "callers/frame_interpreter.h"
#include "callers/frame_rule.h"

namespace benchmem::callers {

struct FrameRow {
  Row row;
  bool is_signal_frame = false; // its caller was interrupted, so that its address there is no return address

  // The table says that nobody called: a thread's first frame.
  bool is_outermost() const noexcept { return row.return_address().place == Saved::kUndefined; }
};

// `pc`: an address inside the call instruction, that is return address - 1. False: the table has no entry for it, or one
// that cannot be read.
bool find_frame_row(const UnwindImage& image, uint64_t pc, FrameRow* out, const Machine& machine = kOwn) noexcept;
// What a FrameRule can say of it; !exists(): a FrameRule cannot say it.
FrameRule rule_of(const FrameRow& frame, const Machine& machine = kOwn) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_FRAME_ROW_H_
