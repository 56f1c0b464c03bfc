// The one window of this process, behind the tracker's lock: its phase, owner, ledger and final figures.
// Only the tracker's own sources see it.
#ifndef BENCHMEM_TRACKER_WINDOW_H_
#define BENCHMEM_TRACKER_WINDOW_H_

#include "abi/benchmem_abi.h"
#include "kernel/futex_lock.h"
#include "tracker/ledger.h"
#include "tracker/shadow_map.h"
#include "tracker/thread_registry.h"

namespace benchmem::tracker {

// INVARIANT: phase, token, tag and ledger change under `lock` only, and phase and tag only with every gate closed.
// INVARIANT: the final figures are set exactly when phase is not BENCHMEM_MEASURING.
struct Window {
  FutexLock lock;
  benchmem_phase phase = BENCHMEM_CLOSED;
  uint64_t token = 0;
  uint32_t tag = 0;
  uint64_t serial = 0;
  benchmem_threads threads = BENCHMEM_ALL_THREADS;
  ThreadBlock* owner = nullptr; // the one thread that counts, where threads says so
  bool lost_memory = false;     // a block could not be recorded: no figure of this window may be shown
  bool invalid_report = false;  // an allocator broke the rules of its reports: the same
  Ledger ledger;
  benchmem_reading at_drain = {}; // counts, totals and marks as they were when measuring ended

  bool counts_thread(const ThreadBlock* block) const noexcept {
    return phase == BENCHMEM_MEASURING && (threads == BENCHMEM_ALL_THREADS || block == owner);
  }
};

extern Window window __attribute__((visibility("hidden")));

// Lets the entry points see the phase.
void publish_phase_locked() noexcept;

// INVARIANT: both change, and are read together, under the window's lock; the function alone may be looked at before.
struct EventSink {
  std::atomic<benchmem_event_sink> function{nullptr};
  std::atomic<void*> context{nullptr};
};
extern EventSink event_sink __attribute__((visibility("hidden")));

// Who hears of threads that allocate in a window unwatched.
struct Arrivals {
  std::atomic<benchmem_pressure_callback> function{nullptr};
  std::atomic<void*> context{nullptr};
};
extern Arrivals arrivals __attribute__((visibility("hidden")));

// The block that an event without an open gate is recorded on. Under the lock.
inline ThreadBlock* attach_for_event_locked(ThreadBlock* own) noexcept {
  ThreadBlock* block = own == nullptr ? &homeless_block : own;
  if (own != nullptr) {
    window.ledger.attach(own, window.counts_thread(own));
  } else if (block->tag != window.tag) {
    block->reset_figures(window.tag);
  }
  return block;
}

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_WINDOW_H_
