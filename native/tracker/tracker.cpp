// What is no window's own: contributions, watching, the event sink, the sum in passing, ended threads, forking.

#include "tracker/tracker.h"

#include <pthread.h>

#include "kernel/raw_pages.h"
#include "tracker/profiling.h"
#include "tracker/record.h"
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
  if (block->trace != nullptr) block->trace->forget_thread();
}

} // namespace benchmem

namespace benchmem::tracker {

EventSink event_sink;
Arrivals arrivals;

void contribute(benchmem_part part, int64_t delta) noexcept {
  if (delta == 0 || !window_is_open()) return;
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_MEASURING) return;
  window.ledger.contribute(nullptr, part, delta);
  profile_sum_locked();
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
  window.ledger.detach(own); // its next event attaches it with credits that know the step
  return BENCHMEM_OK;
}

benchmem_status watch_engine_mappings(benchmem_pressure_callback callback, void* context) noexcept {
  ThreadBlock* own = thread_registry.own_block();
  if (own == nullptr) return BENCHMEM_OUT_OF_MEMORY;
  own->engine_mapping_callback = callback;
  own->engine_mapping_context = context;
  return BENCHMEM_OK;
}

// WHY: the order is this, because whoever sees the function must see its context, and one context is all that a process
// ever gives.
benchmem_status watch_arrivals(benchmem_pressure_callback callback, void* context) noexcept {
  if (callback != nullptr) arrivals.context.store(context, std::memory_order_relaxed);
  arrivals.function.store(callback, std::memory_order_release);
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
  window.ledger.keep_gates_closed(sink != nullptr || allocation_profile.is_on());
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
  publish_phase_locked();
}

} // namespace

void install_fork_handlers() noexcept {
  static std::atomic<bool> installed{false};
  if (installed.exchange(true)) return;
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

} // namespace benchmem::tracker
