// What one thread may allocate and free of one source before it has to ask: two counters that only go down.
// Pure arithmetic. The owner spends inside its gate; a settler reads and rewrites while the gate is closed.
//
// INVARIANT: net() <= bound, whatever the owner does: freed bytes become allowance again (recycle) only to the
// extent that they were freed. So a settler that sums the bounds knows an upper limit of live.
// INVARIANT: while climbing, free_left is 0: nothing that lowers live gets past without asking.
#ifndef BENCHMEM_TRACKER_BUDGET_H_
#define BENCHMEM_TRACKER_BUDGET_H_

#include <cstdint>

namespace benchmem {

// How many bytes a thread still moves before its pressure callback is due, in each direction.
struct Pressure {
  static constexpr int64_t kNobodyWatches = INT64_MAX / 4;
  int64_t until_allocated = kNobodyWatches;
  int64_t until_freed = kNobodyWatches;
};

class alignas(64) Budget {
 public:
  // More than any process allocates between two settlements; four of them still add up in 64 bits.
  static constexpr int64_t kPlenty = INT64_MAX / 8;
  static constexpr int64_t kNothing = -1; // not even 0 bytes: the thread's allocations do not count

  __attribute__((always_inline)) bool try_allocate(int64_t bytes) noexcept {
    const int64_t left = allocate_left_ - bytes;
    if (__builtin_expect(left < 0, 0)) return false;
    allocate_left_ = left;
    return true;
  }
  __attribute__((always_inline)) bool try_free(int64_t bytes) noexcept {
    const int64_t left = free_left_ - bytes;
    if (__builtin_expect(left < 0, 0)) return false;
    free_left_ = left;
    return true;
  }

  bool accepts_allocations() const noexcept { return allowance_ != kNothing; }

  // Bytes by which the owner raised (or lowered) live since the budget was set.
  int64_t net() const noexcept { return carried_ + allocated() - freed(); }
  // The most that net() can become before the next set().
  int64_t bound() const noexcept { return bound_; }

  // Settler, or the owner under the tracker's lock: what it moved, which then counts elsewhere. Set() it next.
  int64_t take(Pressure& pressure) noexcept {
    const int64_t net_bytes = net();
    charge(pressure);
    carried_ = 0;
    return net_bytes;
  }
  void set(int64_t allocate, int64_t free, const Pressure& pressure) noexcept {
    bound_ = allocate > 0 ? allocate : 0;
    allowance_ = allocate;
    free_limit_ = free;
    start(pressure);
  }

  // The owner, inside its gate: what it freed may be allocated again. False: there was nothing to gain.
  bool recycle(Pressure& pressure) noexcept {
    if (allowance_ == kNothing || freed() == 0) return false;
    carried_ += allocated() - freed();
    allowance_ = bound_ - carried_;
    charge(pressure);
    start(pressure);
    return true;
  }

 private:
  int64_t allocated() const noexcept { return allocate_start_ - allocate_left_; }
  int64_t freed() const noexcept { return free_start_ - free_left_; }
  void charge(Pressure& pressure) noexcept {
    pressure.until_allocated -= allocated();
    pressure.until_freed -= freed();
    allocate_start_ = allocate_left_;
    free_start_ = free_left_;
  }
  static int64_t capped(int64_t bytes, int64_t most) noexcept {
    return bytes < most ? bytes : (most < 0 ? 0 : most);
  }
  void start(const Pressure& pressure) noexcept {
    // WHY apart: capped by an overdue pressure, nothing would become 0 bytes, and malloc(0) would count.
    const bool refuses = allowance_ == kNothing;
    allocate_start_ = allocate_left_ = refuses ? kNothing : capped(allowance_, pressure.until_allocated);
    free_start_ = free_left_ = capped(free_limit_, pressure.until_freed);
  }

  int64_t allocate_left_ = kNothing;
  int64_t free_left_ = 0;
  int64_t allocate_start_ = kNothing;
  int64_t free_start_ = 0;
  int64_t carried_ = 0;   // net of what was recycled
  int64_t bound_ = 0;
  int64_t allowance_ = kNothing; // what allocate_left_ starts from, but for pressure
  int64_t free_limit_ = 0;
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_BUDGET_H_
