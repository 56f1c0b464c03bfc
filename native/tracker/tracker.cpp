// Opening, draining, reading and closing the window; contributions, watching, forking.

#include "tracker/tracker.h"

#include <pthread.h>

#include "tracker/pool_blocks.h"
#include "tracker/record.h"
#include "kernel/raw_pages.h"
#include "tracker/window.h"

namespace benchmem {

void release_ended_thread(ThreadBlock* block) noexcept {
  tracker::Window& window = tracker::window;
  LockGuard lock(window.lock);
  window.ledger.detach(block);
  // Who watched this thread has no business on the next one that gets the block.
  block->pressure_callback = nullptr;
  block->engine_mapping_callback = nullptr;
  block->reset_pressure();
  if (window.owner == block) window.owner = nullptr; // a recycled block is another thread's
}

} // namespace benchmem

namespace benchmem::tracker {

Window window;
EventSink event_sink;

namespace {

bool is_open(uint64_t token) noexcept { return window.phase != BENCHMEM_CLOSED && token == window.token; }

void publish_phase() noexcept {
  if (window.phase != BENCHMEM_CLOSED) {
    hook_state.fetch_or(kWindowIsOpen, std::memory_order_release);
  } else {
    hook_state.fetch_and(static_cast<uint8_t>(~kWindowIsOpen), std::memory_order_release);
  }
}

uint32_t next_tag() noexcept {
  if (window.tag < ShadowEntry::kMaxTag) return window.tag + 1;
  // Tags start over: entries and counters that outlived their window 255 windows ago would be taken for ours.
  shadow_map.wipe();
  for (ThreadBlock* block = thread_registry.all(); block != nullptr; block = block->next_block) block->tag = 0;
  homeless_block.tag = 0;
  return 1;
}

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

// Between settle_and_hold() and reopen_held(), or after close_all(), under the lock, still measuring.
benchmem_reading read_measuring() noexcept {
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

benchmem_reading read_held() noexcept {
  return window.phase == BENCHMEM_MEASURING ? read_measuring() : read_draining();
}

benchmem_status figures_status() noexcept {
  if (window.invalid_report || own_memory_left_open()) return BENCHMEM_INVALID_REPORT;
  return window.lost_memory ? BENCHMEM_OUT_OF_MEMORY : BENCHMEM_OK;
}

} // namespace

benchmem_status window_open(const benchmem_window_options* options, uint64_t* token) noexcept {
  ErrnoGuard guard;
  ThreadBlock* own = thread_registry.own_block();
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_CLOSED) return BENCHMEM_WINDOW_OPEN;
  if (!shadow_map.prepare()) return BENCHMEM_OUT_OF_MEMORY;
  window.threads = static_cast<benchmem_threads>(options->threads);
  window.owner = own;
  if (window.threads == BENCHMEM_CURRENT_THREAD && own == nullptr) return BENCHMEM_OUT_OF_MEMORY;
  window.tag = next_tag();
  window.token = ++window.serial;
  window.lost_memory = false;
  window.invalid_report = false;
  window.ledger.open(window.tag, heavy_barrier_available());
  window.ledger.keep_gates_closed(event_sink.function.load(std::memory_order_relaxed) != nullptr);
  window.phase = BENCHMEM_MEASURING;
  *token = window.token;
  publish_phase();
  return BENCHMEM_OK;
}

benchmem_status window_drain(uint64_t token) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open(token)) return BENCHMEM_NO_WINDOW;
  if (window.phase != BENCHMEM_MEASURING) return BENCHMEM_WRONG_PHASE;
  window.ledger.close_all();
  window.at_drain = read_measuring();
  window.phase = BENCHMEM_DRAINING;
  return figures_status();
}

benchmem_status window_read(uint64_t token, benchmem_reading* out) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open(token)) return BENCHMEM_NO_WINDOW;
  window.ledger.settle_and_hold();
  *out = read_held();
  window.ledger.reopen_held();
  return figures_status();
}

benchmem_status window_objects(uint64_t token, benchmem_object_totals* out, size_t* count) noexcept {
  ErrnoGuard guard;
  ObjectCounters totals[kObjectIds] = {};
  {
    LockGuard lock(window.lock);
    if (!is_open(token)) return BENCHMEM_NO_WINDOW;
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

benchmem_status window_close(uint64_t token, benchmem_reading* out) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open(token)) return BENCHMEM_NO_WINDOW;
  window.ledger.close_all();
  if (out != nullptr) *out = read_held();
  const benchmem_status status = figures_status();
  window.phase = BENCHMEM_CLOSED;
  publish_phase();
  return status;
}

void contribute(benchmem_part part, int64_t delta) noexcept {
  if (delta == 0 || !window_is_open()) return;
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (window.phase == BENCHMEM_MEASURING) window.ledger.contribute(nullptr, part, delta);
}

benchmem_status watch_current_thread(benchmem_pressure_callback callback, void* context, uint64_t step) noexcept {
  ErrnoGuard guard;
  ThreadBlock* own = thread_registry.own_block();
  if (own == nullptr) return BENCHMEM_OUT_OF_MEMORY;
  LockGuard lock(window.lock);
  own->pressure_callback = callback;
  own->pressure_context = context;
  own->pressure_step = static_cast<int64_t>(step);
  own->reset_pressure();
  window.ledger.detach(own); // its next event attaches it with budgets that know the step
  return BENCHMEM_OK;
}

benchmem_status watch_engine_mappings(benchmem_pressure_callback callback, void* context) noexcept {
  ThreadBlock* own = thread_registry.own_block();
  if (own == nullptr) return BENCHMEM_OUT_OF_MEMORY;
  own->engine_mapping_callback = callback;
  own->engine_mapping_context = context;
  return BENCHMEM_OK;
}

void engine_mapped() noexcept {
  if (!window_is_open()) return;
  ErrnoGuard guard;
  if (thread_registry.paused()) return;
  const ThreadBlock* own = thread_registry.own_block();
  if (own == nullptr || own->engine_mapping_callback == nullptr) return;
  own->engine_mapping_callback(own->engine_mapping_context);
}

benchmem_status set_event_sink(benchmem_event_sink sink, void* context) noexcept {
  LockGuard lock(window.lock);
  event_sink.context.store(context, std::memory_order_relaxed);
  event_sink.function.store(sink, std::memory_order_relaxed);
  window.ledger.keep_gates_closed(sink != nullptr);
  return BENCHMEM_OK;
}

void pause_current_thread() noexcept { thread_registry.pause(); }
void resume_current_thread() noexcept { thread_registry.resume(); }

benchmem_status own_resident_bytes(uint64_t* out) noexcept {
  ErrnoGuard guard;
  *out = shadow_map.resident_bytes();
  return BENCHMEM_OK;
}

bool live_bytes_now(int64_t* bytes) noexcept {
  if (!window_is_open()) return false;
  ErrnoGuard guard;
  ThreadBlock* own = thread_registry.own_block();
  LockGuard lock(window.lock);
  if (window.phase == BENCHMEM_CLOSED) return false;
  // PERF: our own gate need not be closed: no barrier where no other thread allocates.
  window.ledger.settle_climbing_on(own != nullptr && own->attached ? own : nullptr);
  *bytes = window.ledger.live(BENCHMEM_PROGRAM) + window.ledger.live(BENCHMEM_ENGINE);
  return true;
}

benchmem_status sum_now(int64_t* out) noexcept {
  ErrnoGuard guard;
  ThreadBlock* own = thread_registry.own_block();
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_MEASURING) return BENCHMEM_NO_WINDOW;
  window.ledger.settle(own != nullptr && own->attached ? own : nullptr);
  *out = window.ledger.sum();
  return BENCHMEM_OK;
}

namespace {

void before_fork() noexcept { window.lock.lock(); }
void after_fork_in_parent() noexcept { window.lock.unlock(); }
void after_fork_in_child() noexcept {
  window.lock.reset_after_fork();
  window.phase = BENCHMEM_CLOSED;
  window.ledger.reset_after_fork();
  thread_registry.reset_after_fork();
  publish_phase();
}

} // namespace

void install_fork_handlers() noexcept {
  static std::atomic<bool> installed{false};
  if (installed.exchange(true)) return;
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

} // namespace benchmem::tracker
