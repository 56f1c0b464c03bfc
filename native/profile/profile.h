// The allocation profile of a window: what each distinct stack allocated, holds, and held at both marks.
// Everything but is_on() happens under one lock of its owner's, in the order of the ledger's events. Knows no window,
// no ledger and no hook: it is told what happened and what the sums are then.
//
// INVARIANT: what a stack holds is the sum of the blocks whose note names it. So all stacks hold what is live.
// INVARIANT: an event that changes what stacks hold touches them first, and is followed by one note_sum().
// Where it cannot go on (no room, no pages) it is void from then on, and says why: it is never a wrong one.
#ifndef BENCHMEM_PROFILE_PROFILE_H_
#define BENCHMEM_PROFILE_PROFILE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "abi/benchmem_abi.h"
#include "kernel/growing_pages.h"
#include "profile/block_notes.h"
#include "profile/mark_composition.h"
#include "profile/stack_table.h"
#include "profile/thread_trace.h"

namespace benchmem::profile {

// All zero: nothing happened.
struct StackFigures {
  uint64_t allocations;
  uint64_t bytes;
  uint64_t temporary;
  Held holds;
  Saved own_mark; // of the blocks alone
  Saved sum_mark; // of the combined sum
};

// The tracker's figures of the same window, which the stacks' must add up to.
using Totals = benchmem_profile_totals;

class Profile {
 public:
  // WHY: it is constexpr, because the hooks may be called before any constructor ran.
  explicit constexpr Profile(const StackTable::Limits& limits = StackTable::kLimits) noexcept : table_(limits) {}

  // Changes while no window is open only. PERF: all that a process without a profile ever asks.
  bool is_on() const noexcept { return __builtin_expect(on_.load(std::memory_order_relaxed), 0); }
  void switch_on() noexcept { on_.store(true, std::memory_order_relaxed); }
  // Gives all pages back.
  void switch_off() noexcept;

  // A new window: nothing has happened yet.
  void open() noexcept;
  // Counts and both marks are final; what stacks hold may still fall.
  void freeze() noexcept;

  // The events. `trace`: the calling thread's, with the event's stack in it; null: it has none.
  void allocated(ThreadTrace* trace, const void* block, uint64_t bytes) noexcept;
  void freed(const ThreadTrace* trace, const void* block, uint64_t bytes) noexcept;
  // A realloc: its block's note is taken before the allocator may release the block, and put back if that failed.
  BlockNote take_note(const void* block) noexcept;
  void put_note(const void* block, const BlockNote& note) noexcept;
  // Of a block whose note was taken; no note: it counted nowhere.
  void freed(const ThreadTrace* trace, const BlockNote& note, uint64_t bytes) noexcept;
  void reallocated(ThreadTrace* trace, const BlockNote& old, uint64_t old_bytes, const void* block,
                   uint64_t bytes) noexcept;
  void note_sum(int64_t sum, int64_t program) noexcept {
    sum_mark_.note(sum);
    own_mark_.note(program);
  }

  // The self-check: voids the profile where its sums are not the tracker's. `sum_peak`: the mark of the combined sum.
  void check(const Totals& tracker, int64_t sum_peak) noexcept;
  // Fills what the view has room for, in any case the counts and why it is void.
  void read(benchmem_profile_view* view) const noexcept;
  // From here on it says nothing but why. The first reason stays.
  void give_up(benchmem_profile_trouble why) noexcept;

 private:
  bool is_void() const noexcept { return trouble_ != BENCHMEM_PROFILE_WHOLE; }
  void give_up(StackTable::Refusal refusal) noexcept;
  void meet(ThreadTrace* trace) noexcept;
  uint32_t stack_of(ThreadTrace* trace) noexcept;
  StackFigures& touched(uint32_t stack) noexcept;
  Totals add_up() const noexcept;
  bool compare(const char* figure, int64_t stacks, int64_t tracker) noexcept;
  void read_figures(uint32_t stack, double* out) const noexcept;

  std::atomic<bool> on_{false};
  bool frozen_ = false;
  benchmem_profile_trouble trouble_ = BENCHMEM_PROFILE_WHOLE;
  benchmem_profile_difference difference_ = {};
  uint64_t window_ = 0;
  uint32_t threads_ = 0;
  uint32_t passing_thread_ = kNoThread; // the number of those that keep no trace
  uint32_t truncated_ = 0;              // stacks
  StackTable table_;
  GrowingPages<StackFigures> figures_; // by stack
  BlockNotes notes_;
  Mark own_mark_;
  Mark sum_mark_;
  Totals checked_ = {}; // what the last check compared with

  static constexpr uint32_t kNoThread = ~0u;
  static constexpr uint64_t kMostBetween = 1;
};

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_PROFILE_H_
