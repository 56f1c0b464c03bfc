// Events into figures per stack.

#include "profile/profile.h"

namespace benchmem::profile {

void Profile::switch_off() noexcept {
  on_.store(false, std::memory_order_relaxed);
  open();
}

void Profile::open() noexcept {
  ++window_; // the last stacks of threads are of another table from here on
  frozen_ = false;
  trouble_ = BENCHMEM_PROFILE_WHOLE;
  difference_ = {};
  threads_ = 0;
  passing_thread_ = kNoThread;
  truncated_ = 0;
  own_mark_ = Mark();
  sum_mark_ = Mark();
  checked_ = {};
  table_.release();
  figures_.release();
  notes_.release();
}

void Profile::freeze() noexcept {
  frozen_ = true;
  own_mark_.freeze();
  sum_mark_.freeze();
}

void Profile::give_up(benchmem_profile_trouble why) noexcept {
  if (!is_void()) trouble_ = why;
}
void Profile::give_up(StackTable::Refusal refusal) noexcept {
  give_up(refusal == StackTable::Refusal::kNoPages ? BENCHMEM_PROFILE_NO_PAGES : BENCHMEM_PROFILE_TOO_LARGE);
}

// Gives the thread its number and an empty last stack where it is new to this window.
void Profile::meet(ThreadTrace* trace) noexcept {
  if (trace->window == window_) return;
  trace->window = window_;
  trace->serial = 0;
  trace->last_count = 0;
  uint32_t fresh = threads_;
  if (trace->in_passing) {
    if (passing_thread_ == kNoThread) passing_thread_ = threads_++;
    fresh = passing_thread_;
  } else {
    ++threads_;
  }
  trace->number = fresh;
  if (threads_ >= BlockNotes::kMostThreads) give_up(BENCHMEM_PROFILE_TOO_LARGE);
}

// 0: refused, and the profile is void.
uint32_t Profile::stack_of(ThreadTrace* trace) noexcept {
  if (trace->count == 0) {
    trace->keys[0] = kTruncated;
    trace->rules[0] = kNoRule;
    trace->count = 1;
  }
  const bool truncated = trace->keys[trace->count - 1] == kTruncated;
  trace->keys[trace->count] = thread_key(trace->number);
  trace->rules[trace->count] = kNoRule;
  LastStack last{trace->last_keys, trace->last_nodes, trace->last_count};
  const uint32_t known = table_.stack_count();
  StackTable::Refusal refusal = StackTable::Refusal::kNone;
  const uint32_t stack = table_.intern({trace->keys, trace->rules, trace->count + 1}, last, &refusal);
  trace->last_count = last.count;
  trace->count = 0;
  if (stack == 0) {
    give_up(refusal);
    return 0;
  }
  if (!figures_.reserve(stack + 1)) {
    give_up(StackTable::Refusal::kNoPages);
    return 0;
  }
  if (truncated && table_.stack_count() != known) ++truncated_;
  return stack;
}

StackFigures& Profile::touched(uint32_t stack) noexcept {
  StackFigures& figures = figures_[stack];
  own_mark_.touch(figures.own_mark, figures.holds);
  sum_mark_.touch(figures.sum_mark, figures.holds);
  return figures;
}

void Profile::allocated(ThreadTrace* trace, const void* block, uint64_t bytes) noexcept {
  if (is_void()) return;
  if (trace == nullptr) return give_up(BENCHMEM_PROFILE_NO_PAGES);
  meet(trace);
  const uint32_t stack = stack_of(trace);
  if (stack == 0) return;
  BlockNote note;
  note.stack = stack;
  note.thread = trace->number;
  note.serial = ++trace->serial;
  if (!notes_.put(block, note)) return give_up(BENCHMEM_PROFILE_NO_PAGES);
  StackFigures& figures = touched(stack);
  figures.allocations += 1;
  figures.bytes += bytes;
  figures.holds.blocks += 1;
  figures.holds.bytes += static_cast<int64_t>(bytes);
}

BlockNote Profile::take_note(const void* block) noexcept { return is_void() ? BlockNote() : notes_.take(block); }

void Profile::put_note(const void* block, const BlockNote& note) noexcept {
  if (!is_void() && note.exists() && !notes_.put(block, note)) give_up(BENCHMEM_PROFILE_NO_PAGES);
}

void Profile::freed(const ThreadTrace* trace, const void* block, uint64_t bytes) noexcept {
  freed(trace, take_note(block), bytes);
}

// INVARIANT: the old block goes before the new one counts as an allocation in between.
void Profile::reallocated(ThreadTrace* trace, const BlockNote& old, uint64_t old_bytes, const void* block,
                          uint64_t bytes) noexcept {
  freed(trace, old, old_bytes);
  allocated(trace, block, bytes);
}

// Temporary: freed by the thread that allocated it, with at most one allocation of its own since.
void Profile::freed(const ThreadTrace* trace, const BlockNote& note, uint64_t bytes) noexcept {
  if (is_void() || !note.exists()) return;
  StackFigures& figures = touched(note.stack);
  figures.holds.blocks -= 1;
  figures.holds.bytes -= static_cast<int64_t>(bytes);
  const bool same_thread = trace != nullptr && trace->window == window_ && trace->number == note.thread;
  if (same_thread && !frozen_ && trace->serial - note.serial <= kMostBetween) ++figures.temporary;
}

} // namespace benchmem::profile
