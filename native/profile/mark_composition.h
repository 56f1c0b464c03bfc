// What each stack held when a running sum was highest, kept in constant time per event. Pure arithmetic.
//
// The epoch names the instant at which the sum last passed its maximum: it is raised right after that event. A stack
// saves what it holds at its first change in an epoch, before the change. Hence
// INVARIANT: what a stack held at the mark is saved where it changed in the present epoch, and else what it holds now.
// INVARIANT: the sum over all stacks of what they held at the mark is what they held together at that instant.
#ifndef BENCHMEM_PROFILE_MARK_COMPOSITION_H_
#define BENCHMEM_PROFILE_MARK_COMPOSITION_H_

#include <cstdint>

namespace benchmem::profile {

struct Held {
  int64_t blocks;
  int64_t bytes;
};

// One stack's part of one mark. All zero: it never changed.
struct Saved {
  uint64_t epoch;
  Held held;
};

class Mark {
 public:
  // Before what a stack holds changes.
  void touch(Saved& saved, const Held& holds) const noexcept {
    if (saved.epoch == epoch_) return;
    saved.epoch = epoch_;
    saved.held = holds;
  }
  // After the event that changed the sum, and all that it changed.
  void note(int64_t sum) noexcept {
    if (frozen_ || sum <= highest_) return;
    highest_ = sum;
    ++epoch_;
  }
  // The mark is final; what stacks hold may still change.
  void freeze() noexcept { frozen_ = true; }

  Held at_mark(const Saved& saved, const Held& holds) const noexcept {
    return saved.epoch == epoch_ ? saved.held : holds;
  }
  int64_t highest() const noexcept { return highest_; }

 private:
  uint64_t epoch_ = 1; // WHY: it is not 0, because that is the epoch of a stack that never changed
  int64_t highest_ = 0;
  bool frozen_ = false;
};

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_MARK_COMPOSITION_H_
