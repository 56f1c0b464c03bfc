// What one thread may allocate and free of one source before it has to ask: two counters that only go down.
// Pure arithmetic. The owner spends inside its gate; a settler reads and rewrites while the gate is closed.
//
// INVARIANT: net() <= bound, whatever the owner does: freed bytes become credit again only to the extent that
// they were freed. So a settler that sums the bounds knows an upper limit of live.
// INVARIANT: while climbing, no free gets past without asking, neither try_free() nor try_counted_free().
#ifndef BENCHMEM_TRACKER_CREDIT_H_
#define BENCHMEM_TRACKER_CREDIT_H_

#include <cstdint>

namespace benchmem {

// How many bytes a thread still moves before its pressure callback is due, in each direction.
struct Pressure {
  static constexpr int64_t kNobodyWatches = INT64_MAX / 4;
  int64_t until_allocated = kNobodyWatches;
  int64_t until_freed = kNobodyWatches;
  bool watched = false; // then both directions are counted apart, else only their difference
};

class alignas(16) Credit {
 public:
  // More than any process allocates between two settlements; four of them still add up in 64 bits.
  static constexpr int64_t kPlenty = INT64_MAX / 8;
  static constexpr int64_t kNothing = -1; // not even 0 bytes: the thread's allocations do not count

  __attribute__((always_inline)) bool try_allocate(int64_t bytes) noexcept {
    const int64_t left = left_ - bytes;
    if (__builtin_expect(left < 0, 0)) return false;
    left_ = left;
    return true;
  }
  // What is freed may be allocated again at once.
  __attribute__((always_inline)) bool try_free(int64_t bytes) noexcept {
    const int64_t left = left_ + bytes;
    if (__builtin_expect(left > most_left_, 0)) return false;
    left_ = left;
    return true;
  }
  // For a thread that is watched or may not allocate: what it frees becomes credit by recycle() only.
  bool try_counted_free(int64_t bytes) noexcept {
    if (free_left_ < bytes) return false;
    free_left_ -= bytes;
    return true;
  }

  bool accepts_allocations() const noexcept { return granted_ != kNothing; }

  // Bytes by which the owner raised (or lowered) live since the credit was set.
  int64_t net() const noexcept { return carried_ + allocated() - freed(); }
  // Whether the owner raised or lowered live since the credit was set or recycled.
  bool has_moved() const noexcept { return allocated() != 0 || freed() != 0; }
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
    granted_ = allocate;
    free_limit_ = free;
    start(pressure);
  }

  // The owner, inside its gate: what it freed may be allocated again. False: there was nothing to gain.
  bool recycle(Pressure& pressure) noexcept {
    if (granted_ == kNothing || freed() == 0) return false;
    carried_ += allocated() - freed();
    granted_ = bound_ - carried_;
    charge(pressure);
    start(pressure);
    return true;
  }

 private:
  static constexpr int64_t kAlwaysAsks = INT64_MIN;

  int64_t allocated() const noexcept { return start_left_ - left_; } // less what try_free() gave back
  int64_t freed() const noexcept { return free_start_ - free_left_; }
  void charge(Pressure& pressure) noexcept {
    if (pressure.watched) {
      pressure.until_allocated -= allocated();
      pressure.until_freed -= freed();
    }
    start_left_ = left_;
    free_start_ = free_left_;
  }
  static int64_t capped(int64_t bytes, int64_t most) noexcept { return bytes < most ? bytes : (most < 0 ? 0 : most); }
  void start(const Pressure& pressure) noexcept {
    // WHY: this is asked before any cap, because nothing, capped by an overdue pressure, would become 0 bytes, and
    // malloc(0) would count.
    const bool refuses = granted_ == kNothing;
    const bool quick = !refuses && !pressure.watched && free_limit_ > 0;
    left_ = pressure.watched && !refuses ? capped(granted_, pressure.until_allocated) : granted_;
    most_left_ = quick ? granted_ + free_limit_ : kAlwaysAsks;
    const int64_t free_left = pressure.watched ? capped(free_limit_, pressure.until_freed) : free_limit_;
    free_left_ = quick ? 0 : free_left;
    start_left_ = left_;
    free_start_ = free_left_;
  }

  // PERF: the first two are all that the fast path touches.
  int64_t left_ = kNothing;
  int64_t most_left_ = kAlwaysAsks; // credit above this goes back to everybody: a free asks then
  int64_t free_left_ = -1;
  int64_t start_left_ = kNothing;
  int64_t free_start_ = -1;
  int64_t carried_ = 0; // net of what was recycled
  int64_t bound_ = 0;
  int64_t granted_ = kNothing; // what left_ starts from, except for pressure
  int64_t free_limit_ = 0;
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_CREDIT_H_
