// Folding, settling and granting: the slow half of the exact marks. See ledger.h for the argument.

#include "tracker/ledger.h"

namespace benchmem {

namespace {

constexpr int64_t kNoFloor = -(INT64_MAX / 2);
constexpr int64_t kNoFrees = INT64_MIN / 2;

template <class T>
T smaller(T a, T b) noexcept {
  return a < b ? a : b;
}

} // namespace

void Ledger::open(uint32_t tag, bool gates_may_be_biased) noexcept {
  *this = Ledger{};
  tag_ = tag;
  open_state_ = gates_may_be_biased ? ThreadGate::kBiased : ThreadGate::kShared;
}

void Ledger::attach(ThreadBlock* block, bool accepts) noexcept {
  if (block->attached) return;
  if (block->tag != tag_) block->reset_figures(tag_);
  block->attached = true;
  block->accepts = accepts;
  block->next_attached = attached_;
  attached_ = block;
  for (int64_t& room : block->room) room = 0;
  block->reset_pressure();
  set_bounds(block);
  block->gate.passed_since_last_call();
  open_gate(block);
}

void Ledger::open_gate(ThreadBlock* block) const noexcept {
  if (!gates_stay_closed_) block->gate.open(open_state_);
}

void Ledger::keep_gates_closed(bool closed) noexcept {
  gates_stay_closed_ = closed;
  settle(nullptr); // those that are open close; idle ones are forgotten and come back by themselves
}

void Ledger::detach(ThreadBlock* block) noexcept {
  if (!block->attached) return;
  block->gate.close(); // its owner is the caller, or outside for good
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    base_[source] -= block->room[source];
    block->room[source] = 0;
  }
  block->attached = false;
  for (ThreadBlock** link = &attached_; *link != nullptr; link = &(*link)->next_attached) {
    if (*link != block) continue;
    *link = block->next_attached;
    return;
  }
}

void Ledger::add(ThreadBlock* own, benchmem_source source, int64_t bytes) noexcept {
  if (!climbing_[source] && headroom(source) < bytes) {
    fold(own);
    raise_marks();
    climbing_[source] = headroom(source) < bytes;
    reopen(own);
  }
  base_[source] += bytes;
  if (!climbing_[source]) grant(own, source);
}

void Ledger::subtract(ThreadBlock* own, benchmem_source source, int64_t bytes) noexcept {
  if (climbing_[source]) settle(own);
  const bool keeps = own != nullptr && own->accepts && own->room[source] + bytes <= own->ceiling[source];
  if (keeps) {
    own->room[source] += bytes; // live falls by becoming credit: the next allocation needs no lock
    return;
  }
  base_[source] -= bytes;
  if (own == nullptr) return;
  base_[source] -= own->room[source]; // WHY all: otherwise each further free comes here
  own->room[source] = 0;
}

void Ledger::contribute(ThreadBlock* own, benchmem_part part, int64_t delta) noexcept {
  const bool climbs = climbing_[BENCHMEM_PROGRAM];
  if (delta < 0 && climbs) settle(own);
  const bool above_mark = delta > 0 && !climbs && sum() + delta > sum_mark_.sum;
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

void Ledger::close_all() noexcept {
  fold(nullptr);
  raise_marks();
  stop_climbing();
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
    if (++heavy_barriers_ >= kMostHeavyBarriers) open_state_ = ThreadGate::kShared;
  }
  for (ThreadBlock* block = attached_; block != nullptr; block = block->next_attached) {
    if (block != own) block->gate.await_outside();
    for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
      base_[source] -= block->room[source];
      block->room[source] = 0;
    }
  }
}

void Ledger::reopen(ThreadBlock* own) noexcept {
  for (ThreadBlock** link = &attached_; *link != nullptr;) {
    ThreadBlock* block = *link;
    set_bounds(block);
    if (block != own && !block->gate.passed_since_last_call()) {
      block->attached = false; // idle: its gate stays closed until its next event
      *link = block->next_attached;
      continue;
    }
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

void Ledger::set_bounds(ThreadBlock* block) const noexcept {
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    block->floor[source] = climbing_[source] ? kNoFloor : 0;
    block->ceiling[source] = climbing_[source] ? kNoFrees : kMostRoom;
    if (!block->accepts) block->floor[source] = ThreadBlock::kNoAllocations;
  }
}

void Ledger::grant(ThreadBlock* own, benchmem_source source) noexcept {
  if (own == nullptr || !own->accepts || own->room[source] >= kChunk) return;
  // WHY half: near the mark, threads that take all would revoke each other's credit at every event.
  const int64_t chunk = smaller(kChunk, headroom(source) / 2);
  if (chunk <= 0) return;
  base_[source] += chunk;
  own->room[source] += chunk;
}

int64_t Ledger::headroom(benchmem_source source) const noexcept {
  const int64_t below_mark = mark_[source] - base_[source];
  return source == BENCHMEM_PROGRAM ? smaller(below_mark, sum_mark_.sum - sum()) : below_mark;
}

bool Ledger::is_valid() const noexcept {
  int64_t parts = 0;
  for (int64_t part : part_) parts += part;
  if (parts != parts_total_) return false;
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    if (!climbing_[source] && base_[source] > mark_[source]) return false;
  }
  return climbing_[BENCHMEM_PROGRAM] || sum() <= sum_mark_.sum;
}

} // namespace benchmem
