// The rule of near-live peak: when garbage has grown so much that a full collection must be forced.
// Pure arithmetic over the combined sum: knows no V8, no thread, no tracker, and never says when to read the sum.
#ifndef BENCHMEM_V8_HEAP_NEAR_LIVE_H_
#define BENCHMEM_V8_HEAP_NEAR_LIVE_H_

#include <cstdint>

namespace benchmem::v8_heap {

// INVARIANT: live() is the largest sum that any full collection of the window left, so it was needed all at once.
// WHY: the largest sum counts, because garbage on top of a smaller sum cannot raise the mark before the sum passes the
// larger one again.
// WHY: the mark does not count, because it rises with every malloc, and nothing would ever be forced.
class NearLive {
 public:
  static constexpr int64_t kLeastSlack = 256 * 1024;
  static constexpr int64_t kSlackDivisor = 20; // 5 %
  // WHY: this is a count and no clock, because the same code is then slowed down by the same collections in every run.
  static constexpr uint64_t kForcedPerDoubling = 500;

  // The sum counts from 0 at a window's opening. A fixed slack, above 0, takes the place of the rule's own; it doubles
  // like that one.
  void open(int64_t fixed_slack = 0) noexcept {
    *this = NearLive();
    fixed_slack_ = fixed_slack;
  }

  bool wants_collection(int64_t sum) const noexcept { return sum > live_ + slack(); }

  // Right after any full collection, forced or V8's own.
  void collected(int64_t sum) noexcept {
    if (sum > live_) live_ = sum;
  }
  void forced() noexcept { ++forced_; }

  int64_t live() const noexcept { return live_; }
  int64_t slack() const noexcept {
    if (fixed_slack_ > 0) return fixed_slack_ << doublings();
    const int64_t share = live_ / kSlackDivisor;
    return (share > kLeastSlack ? share : kLeastSlack) << doublings();
  }
  uint64_t forced_collections() const noexcept { return forced_; }

 private:
  static constexpr uint64_t kMostDoublings = 20; // beyond, nothing is forced any more, and nothing overflows

  uint64_t doublings() const noexcept {
    const uint64_t doublings = forced_ / kForcedPerDoubling;
    return doublings < kMostDoublings ? doublings : kMostDoublings;
  }

  int64_t live_ = 0;
  int64_t fixed_slack_ = 0;
  uint64_t forced_ = 0;
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_NEAR_LIVE_H_
