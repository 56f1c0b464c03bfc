// Folding, settling and granting: the slow half of the exact marks. See ledger.h for the argument.

#include "tracker/ledger.h"

namespace benchmem {

namespace {

int64_t smaller(int64_t a, int64_t b) noexcept { return a < b ? a : b; }

constexpr benchmem_source kSources[] = {BENCHMEM_PROGRAM, BENCHMEM_ENGINE};

} // namespace

void Ledger::open(uint32_t tag, bool gates_may_be_biased) noexcept {
  *this = Ledger{};
  tag_ = tag;
  gates_may_be_biased_ = gates_may_be_biased;
  open_state_ = gates_may_be_biased ? ThreadGate::kBiased : ThreadGate::kShared;
}

void Ledger::attach(ThreadBlock* block, bool accepts) noexcept {
  if (block->attached) return;
  if (block->tag != tag_) {
    block->reset_figures(tag_);
    block->reset_pressure();
  }
  block->attached = true;
  block->accepts = accepts;
  block->next_attached = attached_;
  attached_ = block;
  grant_least(block);
  block->folded_allocations = block->allocations();
  open_gate(block);
}

void Ledger::open_gate(ThreadBlock* block) const noexcept {
  if (!gates_stay_closed_) block->gate.open(open_state_, block->stamp);
}

void Ledger::keep_gates_closed(bool closed) noexcept {
  gates_stay_closed_ = closed;
  settle(nullptr); // those that are open close; idle ones are forgotten and come back by themselves
}

void Ledger::detach(ThreadBlock* block) noexcept {
  if (!block->attached) return;
  block->gate.close(); // its owner is the caller, or outside for good
  fold_block(block);
  block->attached = false;
  for (ThreadBlock** link = &attached_; *link != nullptr; link = &(*link)->next_attached) {
    if (*link != block) continue;
    *link = block->next_attached;
    return;
  }
}

void Ledger::add(ThreadBlock* own, benchmem_source source, int64_t bytes) noexcept {
  if (own != nullptr) fold_credit(own, source);
  if (!climbing_[source] && free_credit(source) < bytes) {
    fold(own);
    raise_marks();
    climbing_[source] = free_credit(source) < bytes;
    reopen(own);
    if (own != nullptr) fold_credit(own, source);
  }
  base_[source] += bytes;
  if (own != nullptr) grant(own, source);
}

void Ledger::subtract(ThreadBlock* own, benchmem_source source, int64_t bytes) noexcept {
  if (climbing_[source]) settle(own);
  if (own != nullptr) fold_credit(own, source);
  base_[source] -= bytes;
  if (own != nullptr) grant(own, source);
}

void Ledger::contribute(ThreadBlock* own, benchmem_part part, int64_t delta) noexcept {
  const bool climbs = climbing_[BENCHMEM_PROGRAM];
  if (delta < 0 && climbs) settle(own);
  const bool above_mark = delta > 0 && !climbs && sum() + reserved_[BENCHMEM_PROGRAM] + delta > sum_mark_.sum;
  if (above_mark) fold(own);
  part_[part] += delta;
  parts_total_ += delta;
  if (part_[part] > part_mark_[part]) part_mark_[part] = part_[part];
  if (!above_mark) return;
  raise_marks();
  reopen(own);
}

void Ledger::settle(ThreadBlock* own) noexcept {
  fold(own);
  raise_marks();
  stop_climbing();
  reopen(own);
}

void Ledger::settle_climbing_on(ThreadBlock* own) noexcept {
  fold(own);
  raise_marks();
  reopen(own);
}

void Ledger::settle_and_hold() noexcept {
  fold(nullptr);
  raise_marks();
  stop_climbing();
}

void Ledger::close_all() noexcept {
  settle_and_hold();
  for (ThreadBlock* block = attached_; block != nullptr; block = block->next_attached) block->attached = false;
  attached_ = nullptr;
}

void Ledger::fold(ThreadBlock* own) noexcept {
  ++settlements_;
  bool any_biased = false;
  for (ThreadBlock* block = attached_; block != nullptr; block = block->next_attached) {
    if (block == own) continue;
    any_biased |= block->gate.state() == ThreadGate::kBiased;
    block->gate.close();
  }
  if (any_biased) {
    heavy_barrier();
    ++heavy_barriers_;
  }
  for (ThreadBlock* block = attached_; block != nullptr; block = block->next_attached) {
    if (block != own) {
      block->gate.await_outside();
      note_passes(block);
    }
    fold_block(block);
  }
  const uint64_t most_barriers = kFreeHeavyBarriers + allocations_ / kAllocationsPerHeavyBarrier;
  const bool biased = gates_may_be_biased_ && heavy_barriers_ < most_barriers;
  open_state_ = biased ? ThreadGate::kBiased : ThreadGate::kShared;
}

// WHY: what it counted decides, because a gate that counted its passes would cost each of them some instructions. Who
// only freed has passed too, unless it was blocks of 0 bytes: then it is taken for idle, and comes back with its next
// event.
void Ledger::note_passes(ThreadBlock* block) noexcept {
  const uint64_t allocations = block->allocations();
  const uint64_t since = allocations - block->folded_allocations;
  block->folded_allocations = allocations;
  block->passed = since != 0;
  for (const Credit& credit : block->credit) block->passed |= credit.has_moved();
  allocations_ += since;
}

void Ledger::fold_block(ThreadBlock* block) noexcept {
  for (benchmem_source source : kSources) fold_credit(block, source);
}

void Ledger::fold_credit(ThreadBlock* block, benchmem_source source) noexcept {
  Credit& credit = block->credit[source];
  if (!climbing_[source]) reserved_[source] -= credit.bound();
  base_[source] += credit.take(block->pressure[source]);
  // WHY: some get less than 0, because a thread whose allocations do not count may not allocate 0 bytes either.
  credit.set(block->accepts ? 0 : Credit::kNothing, 0, block->pressure[source]);
}

void Ledger::reopen(ThreadBlock* own) noexcept {
  for (ThreadBlock** link = &attached_; *link != nullptr;) {
    ThreadBlock* block = *link;
    if (block != own && !block->passed) {
      block->attached = false; // idle: its gate stays closed until its next event
      *link = block->next_attached;
      continue;
    }
    grant_least(block);
    if (block != own) open_gate(block);
    link = &block->next_attached;
  }
}

void Ledger::raise_marks() noexcept {
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    if (base_[source] > mark_[source]) mark_[source] = base_[source];
  }
  if (sum() <= sum_mark_.sum) return;
  sum_mark_.sum = sum();
  sum_mark_.program = base_[BENCHMEM_PROGRAM];
  for (int part = 0; part < BENCHMEM_PART_COUNT; ++part) sum_mark_.part[part] = part_[part];
}

void Ledger::stop_climbing() noexcept {
  for (bool& climbing : climbing_) climbing = false;
}

// For these the block's credit of that source is folded: empty, and not in reserved_.
void Ledger::grant(ThreadBlock* block, benchmem_source source) noexcept {
  // WHY: it is half, because near the mark, threads that take all would revoke each other's at every event.
  const bool alone = attached_ == block && block->next_attached == nullptr;
  const int64_t free = alone ? free_credit(source) : free_credit(source) / 2;
  const int64_t allocate = climbing_[source] ? Credit::kPlenty : smaller(kChunk, free);
  set_credit(block, source, allocate);
  if (!climbing_[source]) reserved_[source] += block->credit[source].bound();
}

// What takes no credit from others: it may free, and allocate what it freed.
void Ledger::grant_least(ThreadBlock* block) noexcept {
  for (benchmem_source source : kSources) set_credit(block, source, climbing_[source] ? Credit::kPlenty : 0);
}

void Ledger::set_credit(ThreadBlock* block, benchmem_source source, int64_t allocate) const noexcept {
  const int64_t free = climbing_[source] ? 0 : kMostFreed;
  block->credit[source].set(block->accepts ? allocate : Credit::kNothing, free, block->pressure[source]);
}

int64_t Ledger::free_credit(benchmem_source source) const noexcept {
  const int64_t below_mark = mark_[source] - base_[source];
  const int64_t below_both = source == BENCHMEM_PROGRAM ? smaller(below_mark, sum_mark_.sum - sum()) : below_mark;
  return below_both - reserved_[source];
}

bool Ledger::is_valid() const noexcept {
  int64_t parts = 0;
  for (int64_t part : part_) parts += part;
  if (parts != parts_total_) return false;
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    if (!climbing_[source] && base_[source] + reserved_[source] > mark_[source]) return false;
  }
  return climbing_[BENCHMEM_PROGRAM] || sum() + reserved_[BENCHMEM_PROGRAM] <= sum_mark_.sum;
}

} // namespace benchmem
