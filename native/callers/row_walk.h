// Steps by whole rows of the loaded objects' unwind tables: for frames that no FrameRule describes, and for those that a
// signal interrupted. Each step takes the callers' lock and reads the table anew: a microsecond.
#ifndef BENCHMEM_CALLERS_ROW_WALK_H_
#define BENCHMEM_CALLERS_ROW_WALK_H_

#include "callers/registers.h"

namespace benchmem::callers {

class RowWalk {
 public:
  // `limit`: the first address that may not be read.
  RowWalk(const Registers& registers, bool interrupted, uintptr_t limit) noexcept
      : registers_(registers), interrupted_(interrupted), limit_(limit) {}

  const Registers& registers() const noexcept { return registers_; }
  // Whether a signal interrupted the frame: its address is then no return address.
  bool interrupted() const noexcept { return interrupted_; }
  // The address by which rules are looked up: 1 behind an address inside the instruction that the frame stands at.
  const void* return_address() const noexcept {
    return reinterpret_cast<const void*>(registers_.return_address().value + (interrupted_ ? 1 : 0));
  }

  // Leaves the frame. False: no row and no rule leads on.
  bool step() noexcept;

 private:
  bool step_by_table(bool* has_row) noexcept;
  bool step_by_rule() noexcept;

  Registers registers_;
  bool interrupted_;
  uintptr_t limit_;
};

// A walk from here to the frame whose callee's CFA is `goal`, with all that the rows between restored. WHY: it begins
// here, because walks by rules restore the frame pointer only. False: it does not get there.
bool walk_rows_to(uintptr_t goal, uintptr_t limit, RowWalk* out) noexcept;

} // namespace benchmem::callers

#endif // BENCHMEM_CALLERS_ROW_WALK_H_
