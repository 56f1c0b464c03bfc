// Adding up what threads counted: the reading of a window, and its figures per shared object.

#include "tracker/readings.h"

#include "kernel/raw_pages.h"
#include "tracker/pool_blocks.h"
#include "tracker/tracker.h"

namespace benchmem::tracker {

namespace {

template <class Visit>
void for_each_block_of_window(Visit visit) noexcept {
  for (const ThreadBlock* block = thread_registry.all(); block != nullptr; block = block->next_block) {
    if (block->tag == window.tag) visit(*block);
  }
  if (homeless_block.tag == window.tag) visit(homeless_block);
}

// Counts and totals. Every gate is held closed, under the lock: no thread is in the middle of an event.
void add_up_blocks(benchmem_reading* out) noexcept {
  for_each_block_of_window([out](const ThreadBlock& block) {
    out->threads_seen += 1;
    for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
      out->source[source].older_freed_blocks += block.older_frees[source].blocks;
      out->source[source].older_freed_bytes += block.older_frees[source].bytes;
    }
    for (size_t id = 0; id < kObjectIds; ++id) {
      benchmem_source_totals& totals = out->source[source_of(static_cast<ObjectId>(id))];
      totals.allocations += block.objects[id].allocations;
      totals.total_bytes += block.objects[id].total_bytes;
      totals.live_bytes += static_cast<int64_t>(block.objects[id].total_bytes - block.objects[id].freed_bytes);
    }
  });
}

// The figures that were final when draining began, with what draining changes: live and older frees.
benchmem_reading read_draining() noexcept {
  benchmem_reading now = {};
  add_up_blocks(&now);
  benchmem_reading out = window.at_drain;
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    out.source[source].live_bytes = now.source[source].live_bytes;
    out.source[source].older_freed_blocks = now.source[source].older_freed_blocks;
    out.source[source].older_freed_bytes = now.source[source].older_freed_bytes;
  }
  out.phase = BENCHMEM_DRAINING;
  return out;
}

} // namespace

benchmem_reading read_measuring_locked() noexcept {
  benchmem_reading out = {};
  add_up_blocks(&out);
  const Ledger& ledger = window.ledger;
  for (int source = 0; source < BENCHMEM_SOURCE_COUNT; ++source) {
    out.source[source].peak_bytes = ledger.mark(static_cast<benchmem_source>(source));
  }
  out.sum_bytes = ledger.sum();
  out.sum_peak_bytes = ledger.sum_mark().sum;
  out.program_at_peak_bytes = ledger.sum_mark().program;
  for (int index = 0; index < BENCHMEM_PART_COUNT; ++index) {
    const auto part = static_cast<benchmem_part>(index);
    out.part_at_peak_bytes[index] = ledger.sum_mark().part[index];
    out.part_bytes[index] = ledger.part(part);
    out.part_peak_bytes[index] = ledger.part_mark(part);
  }
  out.settlements = ledger.settlements();
  out.phase = BENCHMEM_MEASURING;
  return out;
}

benchmem_reading read_held_locked() noexcept {
  return window.phase == BENCHMEM_MEASURING ? read_measuring_locked() : read_draining();
}

benchmem_status figures_status_locked() noexcept {
  if (window.invalid_report || own_memory_left_open()) return BENCHMEM_INVALID_REPORT;
  return window.lost_memory ? BENCHMEM_OUT_OF_MEMORY : BENCHMEM_OK;
}

benchmem_status window_objects(uint64_t token, benchmem_object_totals* out, size_t* count) noexcept {
  ErrnoGuard guard;
  ObjectCounters totals[kObjectIds] = {};
  {
    LockGuard lock(window.lock);
    if (!is_open_locked(token)) return BENCHMEM_NO_WINDOW;
    window.ledger.settle_and_hold();
    for_each_block_of_window([&totals](const ThreadBlock& block) {
      for (size_t id = 0; id < kObjectIds; ++id) {
        totals[id].allocations += block.objects[id].allocations;
        totals[id].total_bytes += block.objects[id].total_bytes;
        totals[id].freed_bytes += block.objects[id].freed_bytes;
      }
    });
    window.ledger.reopen_held();
  }
  size_t found = 0;
  bool taken[kObjectIds] = {};
  while (found < *count) {
    size_t most = kObjectIds;
    for (size_t id = 0; id < kObjectIds; ++id) {
      if (taken[id] || totals[id].allocations == 0) continue;
      if (most == kObjectIds || totals[id].total_bytes > totals[most].total_bytes) most = id;
    }
    if (most == kObjectIds) break;
    taken[most] = true;
    benchmem_object_totals& row = out[found++];
    row = {};
    const char* path = object_path(static_cast<ObjectId>(most));
    for (size_t i = 0; i + 1 < sizeof(row.path) && path[i] != '\0'; ++i) row.path[i] = path[i];
    row.source = source_of(static_cast<ObjectId>(most));
    row.allocations = totals[most].allocations;
    row.total_bytes = totals[most].total_bytes;
    row.live_bytes = static_cast<int64_t>(totals[most].total_bytes - totals[most].freed_bytes);
  }
  *count = found;
  return BENCHMEM_OK;
}

benchmem_status window_read(uint64_t token, benchmem_reading* out) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open_locked(token)) return BENCHMEM_NO_WINDOW;
  window.ledger.settle_and_hold();
  *out = read_held_locked();
  window.ledger.reopen_held();
  return figures_status_locked();
}

} // namespace benchmem::tracker
