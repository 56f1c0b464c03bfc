// The window's life: opening, draining, closing.

#include "tracker/window.h"

#include "kernel/raw_pages.h"
#include "tracker/profiling.h"
#include "tracker/readings.h"
#include "tracker/record.h"
#include "tracker/tracker.h"

namespace benchmem::tracker {

Window window;

namespace {

uint32_t next_tag() noexcept {
  if (window.tag < ShadowEntry::kMaxTag) return window.tag + 1;
  // Tags start over: entries and counters that outlived their window 255 windows ago would be taken for ours.
  shadow_map.wipe();
  for (ThreadBlock* block = thread_registry.all(); block != nullptr; block = block->next_block) block->tag = 0;
  homeless_block.tag = 0;
  return 1;
}

} // namespace

void publish_phase_locked() noexcept {
  if (window.phase != BENCHMEM_CLOSED) {
    hook_state.fetch_or(kWindowIsOpen, std::memory_order_release);
  } else {
    hook_state.fetch_and(static_cast<uint8_t>(~kWindowIsOpen), std::memory_order_release);
  }
}

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
  const bool profiled = allocation_profile.is_on();
  window.ledger.keep_gates_closed(profiled || event_sink.function.load(std::memory_order_relaxed) != nullptr);
  begin_profile_locked();
  window.phase = BENCHMEM_MEASURING;
  *token = window.token;
  publish_phase_locked();
  return BENCHMEM_OK;
}

benchmem_status window_drain(uint64_t token) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open_locked(token)) return BENCHMEM_NO_WINDOW;
  if (window.phase != BENCHMEM_MEASURING) return BENCHMEM_WRONG_PHASE;
  window.ledger.close_all();
  window.at_drain = read_measuring_locked();
  window.phase = BENCHMEM_DRAINING;
  end_profile_locked(window.at_drain);
  return figures_status_locked();
}

benchmem_status window_close(uint64_t token, benchmem_reading* out) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open_locked(token)) return BENCHMEM_NO_WINDOW;
  window.ledger.close_all();
  if (out != nullptr) *out = read_held_locked();
  const benchmem_status status = figures_status_locked();
  window.phase = BENCHMEM_CLOSED;
  publish_phase_locked();
  return status;
}

} // namespace benchmem::tracker
