// The live sums and their exact high-water marks, over all threads, without a shared atomic per event.
// Pure arithmetic over thread blocks; whoever calls it holds the tracker's lock.
//
// Per source, true live = base + the net() of every attached thread's credit. Two regimes:
//
//   reserved: a thread's credit is taken out of what is free below the marks before it is used.
//     INVARIANT: base + reserved <= mark, where reserved is the sum of the credits' bounds, and
//     base[program] + parts + reserved <= sum mark. Hence live <= mark at every instant, whatever the threads do.
//   climbing: a thread may allocate without end and free nothing. Whatever would lower the sum (a free, a shrinking
//     realloc, a part that falls) settles first.
//     INVARIANT: while a source climbs, its live bytes never fall. Hence their maximum since the climb began
//     is their value when it is settled, and that value is read with every gate closed: exact.
//
// The mark is only ever raised to a live value computed while all gates are closed (fold), in both regimes, so it
// is the maximum of live in the one order in which events pass the gates: neither above nor below it.
// The race that a plain credit scheme has (a thread takes credit while another revokes) cannot happen: credit
// is taken, and folded back, under one lock, and a thread spends its credit only inside its open gate.
//
// PERF: pure growth by any number of threads climbs without settling; a settle costs O(threads that passed their
// gate since the last one): idle threads stay closed and are not visited again.
#ifndef BENCHMEM_TRACKER_LEDGER_H_
#define BENCHMEM_TRACKER_LEDGER_H_

#include <cstdint>

#include "abi/benchmem_abi.h"
#include "tracker/thread_block.h"

namespace benchmem {

struct SumMark {
  int64_t sum;
  int64_t program;
  int64_t part[BENCHMEM_PART_COUNT];
};

class Ledger {
 public:
  void open(uint32_t tag, bool gates_may_be_biased) noexcept;

  // Gives a thread its credits and opens its gate. `accepts` is false for a thread whose allocations do not count.
  void attach(ThreadBlock* block, bool accepts) noexcept;
  // Takes a thread out: its credits go back to base.
  void detach(ThreadBlock* block) noexcept;

  // Every event then takes its slow form, so that something else can see it.
  void keep_gates_closed(bool closed) noexcept;

  // Moves what a thread did since its last credit into base. Its gate is closed, or it is the caller's own.
  void fold_credit(ThreadBlock* block, benchmem_source source) noexcept;
  // The slow forms of an event; `own` is the caller's own attached block, or nullptr. Exact for any size.
  void add(ThreadBlock* own, benchmem_source source, int64_t bytes) noexcept;
  void subtract(ThreadBlock* own, benchmem_source source, int64_t bytes) noexcept;
  void contribute(ThreadBlock* own, benchmem_part part, int64_t delta) noexcept;

  // Closes every gate but own's, folds all credits into base, raises the marks. Afterwards base is exact.
  void settle(ThreadBlock* own) noexcept;
  // The same for a figure in passing: a source that climbs goes on climbing, so that growth settles once for it.
  void settle_climbing_on(ThreadBlock* own) noexcept;
  // As settle(), and nobody gets in before reopen_held(): what threads have counted may be read in between.
  void settle_and_hold() noexcept;
  void reopen_held() noexcept { reopen(nullptr); }
  // As settle(), and nobody gets in again before attach(): the end of a phase.
  void close_all() noexcept;

  int64_t live(benchmem_source source) const noexcept { return base_[source]; } // exact after settle() only
  int64_t mark(benchmem_source source) const noexcept { return mark_[source]; }
  int64_t sum() const noexcept { return base_[BENCHMEM_PROGRAM] + parts_total_; }
  const SumMark& sum_mark() const noexcept { return sum_mark_; }
  int64_t part(benchmem_part part) const noexcept { return part_[part]; }
  int64_t part_mark(benchmem_part part) const noexcept { return part_mark_[part]; }
  uint64_t settlements() const noexcept { return settlements_; }
  bool climbing(benchmem_source source) const noexcept { return climbing_[source]; }
  bool is_valid() const noexcept; // the invariants above, for tests

  void reset_after_fork() noexcept { attached_ = nullptr; }

  // What a thread may allocate, and free, before it asks again.
  static constexpr int64_t kChunk = 256 * 1024;
  static constexpr int64_t kMostFreed = 1024 * 1024;
  // Biased gates need a process-wide barrier to close, which costs microseconds. Past so many, and one more for
  // so many allocations, gates open shared (an exchange at each event) until there were enough again.
  static constexpr uint64_t kFreeHeavyBarriers = 256;
  static constexpr uint64_t kAllocationsPerHeavyBarrier = 2048;

 private:
  void fold(ThreadBlock* own) noexcept;
  void note_passes(ThreadBlock* block) noexcept;
  void fold_block(ThreadBlock* block) noexcept;
  void reopen(ThreadBlock* own) noexcept;
  void raise_marks() noexcept;
  void grant(ThreadBlock* block, benchmem_source source) noexcept;
  void grant_least(ThreadBlock* block) noexcept;
  void set_credit(ThreadBlock* block, benchmem_source source, int64_t allocate) const noexcept;
  void open_gate(ThreadBlock* block) const noexcept;
  void stop_climbing() noexcept;
  int64_t free_credit(benchmem_source source) const noexcept;

  ThreadBlock* attached_ = nullptr;
  uint32_t tag_ = 0;
  ThreadGate::State open_state_ = ThreadGate::kShared;
  bool gates_stay_closed_ = false;
  bool gates_may_be_biased_ = false;
  uint64_t heavy_barriers_ = 0;
  uint64_t allocations_ = 0; // that were folded, but the folding thread's own
  uint64_t settlements_ = 0;
  bool climbing_[BENCHMEM_SOURCE_COUNT] = {};
  int64_t base_[BENCHMEM_SOURCE_COUNT] = {};
  int64_t reserved_[BENCHMEM_SOURCE_COUNT] = {};
  int64_t mark_[BENCHMEM_SOURCE_COUNT] = {};
  int64_t part_[BENCHMEM_PART_COUNT] = {};
  int64_t part_mark_[BENCHMEM_PART_COUNT] = {};
  int64_t parts_total_ = 0;
  SumMark sum_mark_ = {};
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_LEDGER_H_
