// What one thread may allocate and free of one source before it has to ask: two counters that only go down.
// Pure arithmetic. The owner spends inside its gate; a settler reads and rewrites while the gate is closed.
//
// INVARIANT: net() <= bound, whatever the owner does: freed bytes become room again only to the extent that
// they were freed. So a settler that sums the bounds knows an upper limit of live.
// INVARIANT: while climbing, no free gets past without asking, neither try_free() nor try_counted_free().
#ifndef BENCHMEM_TRACKER_BUDGET_H_
#define BENCHMEM_TRACKER_BUDGET_H_

#include <cstdint>

namespace benchmem {

// How many bytes a thread still moves before its pressure callback is due, in each direction.
struct Pressure {
  static constexpr int64_t kNobodyWatches = INT64_MAX / 4;
  int64_t until_allocated = kNobodyWatches;
  int64_t until_freed = kNobodyWatches;
  bool watched = false; // then both directions are counted apart, else only their difference
};

class alignas(16) Budget {
 public:
  // More than any process allocates between two settlements; four of them still add up in 64 bits.
  static constexpr int64_t kPlenty = INT64_MAX / 8;
  static constexpr int64_t kNothing = -1; // not even 0 bytes: the thread's allocations do not count

  __attribute__((always_inline)) bool try_allocate(int64_t bytes) noexcept {
    const int64_t room = room_ - bytes;
    if (__builtin_expect(room < 0, 0)) return false;
    room_ = room;
    return true;
  }
  // What is freed may be allocated again at once.
  __attribute__((always_inline)) bool try_free(int64_t bytes) noexcept {
    const int64_t room = room_ + bytes;
    if (__builtin_expect(room > most_room_, 0)) return false;
    room_ = room;
    return true;
  }
  // For a thread that is watched or may not allocate: what it frees is no room, but for recycle().
  bool try_counted_free(int64_t bytes) noexcept {
    if (free_left_ < bytes) return false;
    free_left_ -= bytes;
    return true;
  }

  bool accepts_allocations() const noexcept { return allowance_ != kNothing; }

  // Bytes by which the owner raised (or lowered) live since the budget was set.
  int64_t net() const noexcept { return carried_ + allocated() - freed(); }
  // Whether the owner raised or lowered live since the budget was set or recycled.
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
  static constexpr int64_t kAlwaysAsks = INT64_MIN;

  int64_t allocated() const noexcept { return room_start_ - room_; } // less what try_free() gave back
  int64_t freed() const noexcept { return free_start_ - free_left_; }
  void charge(Pressure& pressure) noexcept {
    if (pressure.watched) {
      pressure.until_allocated -= allocated();
      pressure.until_freed -= freed();
    }
    room_start_ = room_;
    free_start_ = free_left_;
  }
  static int64_t capped(int64_t bytes, int64_t most) noexcept {
    return bytes < most ? bytes : (most < 0 ? 0 : most);
  }
  void start(const Pressure& pressure) noexcept {
    // WHY apart: capped by an overdue pressure, nothing would become 0 bytes, and malloc(0) would count.
    const bool refuses = allowance_ == kNothing;
    const bool quick = !refuses && !pressure.watched && free_limit_ > 0;
    room_ = pressure.watched && !refuses ? capped(allowance_, pressure.until_allocated) : allowance_;
    most_room_ = quick ? allowance_ + free_limit_ : kAlwaysAsks;
    const int64_t free_left = pressure.watched ? capped(free_limit_, pressure.until_freed) : free_limit_;
    free_left_ = quick ? 0 : free_left;
    room_start_ = room_;
    free_start_ = free_left_;
  }

  // PERF: the first two are all that the fast path touches.
  int64_t room_ = kNothing;
  int64_t most_room_ = kAlwaysAsks; // room above this goes back to everybody: a free asks then
  int64_t free_left_ = -1;
  int64_t room_start_ = kNothing;
  int64_t free_start_ = -1;
  int64_t carried_ = 0;   // net of what was recycled
  int64_t bound_ = 0;
  int64_t allowance_ = kNothing; // what room_ starts from, but for pressure
  int64_t free_limit_ = 0;
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_BUDGET_H_
