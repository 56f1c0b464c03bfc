// The arithmetic of one isolate's window: bytes allocated and its share of the combined sum, from readings
// of `used`. Pure: knows no V8, no thread and no tracker, so that it is tested with plain numbers.
#ifndef BENCHMEM_V8_HEAP_USED_LEDGER_H_
#define BENCHMEM_V8_HEAP_USED_LEDGER_H_

#include <cstdint>

namespace benchmem::v8_heap {

// Signed throughout: V8 may lower `used` without a collection, and the ledger follows.
// INVARIANT: total() = sum of (used at a reading - used at the reading before it), leaving out every step
// from a collection's start to its end: what a collection frees is no negative allocation.
class UsedLedger {
 public:
  void open(int64_t used) noexcept { *this = UsedLedger(used); }

  // While JavaScript runs, and at a collection's start.
  void note(int64_t used) noexcept {
    total_ += used - last_;
    last_ = used;
  }
  void collection_ended(int64_t used) noexcept {
    last_ = used;
    ++collections_;
  }

  // What the isolate adds to the combined sum.
  // WHY: it is never negative, because memory from before the window must not make a peak smaller, as for native
  // blocks.
  int64_t share() const noexcept { return last_ > baseline_ ? last_ - baseline_ : 0; }

  int64_t baseline() const noexcept { return baseline_; }
  int64_t total() const noexcept { return total_; }
  uint64_t collections() const noexcept { return collections_; }

  UsedLedger() noexcept = default;

 private:
  explicit UsedLedger(int64_t used) noexcept : baseline_(used), last_(used) {}

  int64_t baseline_ = 0;
  int64_t last_ = 0;
  int64_t total_ = 0;
  uint64_t collections_ = 0;
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_USED_LEDGER_H_
