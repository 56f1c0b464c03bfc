// What is known of mappings besides the calls: the window's baselines, owners that come late or change, forks.
#include "mappings/mappings.h"

#include <pthread.h>

#include <atomic>

#include "kernel/raw_pages.h"
#include "mappings/table_state.h"
#include "tracker/tracker.h"

namespace benchmem::mappings {

Unnoted::Unnoted() noexcept : was_inside_(tls_inside) { tls_inside = true; }
Unnoted::~Unnoted() { tls_inside = was_inside_; }

void resolve_early_regions() noexcept {
  ErrnoGuard guard;
  for (;;) {
    const void* caller = nullptr;
    {
      const Hold hold;
      for (const Region& region : state.table) {
        if (region.attributes.kind == RegionKind::kEarly) caller = region.attributes.caller;
      }
    }
    if (caller == nullptr) return;
    const ObjectId owner = classify({caller, nullptr});
    const Hold hold;
    state.table.resolve_early(caller, owner == kEngineObject ? RegionKind::kEngine : RegionKind::kObject, owner);
  }
}

void forget_all() noexcept {
  const Hold hold;
  state.table.unmap({0, UINTPTR_MAX});
  state.engine_released_bytes = 0;
}

// WHY: one lock is around all, because a change between the window's opening and its baseline would stand in the sum
// twice.
benchmem_status open_window(const benchmem_window_options* options, uint64_t* token) noexcept {
  const Hold hold;
  const benchmem_status status = tracker::window_open(options, token);
  if (status != BENCHMEM_OK) return status;
  state.opening_bytes = committed_stores();
  state.contributed_bytes = 0;
  state.resident.open_window(state.table, options->assumes_resident != 0);
  return status;
}

// WHY: they are read one after the other, because the tracker waits for threads that may be waiting for this lock.
benchmem_status read_window(uint64_t token, benchmem_reading* out) noexcept {
  const benchmem_status status = tracker::window_read(token, out);
  if (status != BENCHMEM_OK || out->phase != BENCHMEM_DRAINING) return status;
  const Hold hold;
  if (is_complete()) out->part_bytes[BENCHMEM_PART_MAPPED_OTHER] = committed_stores() - state.opening_bytes;
  return status;
}

benchmem_status engine_committed(int64_t* out) noexcept {
  *out = 0;
  if (!caller_statistics().engine_split_exact) return BENCHMEM_NOT_AVAILABLE;
  const Hold hold;
  if (!is_complete()) return BENCHMEM_NOT_AVAILABLE;
  *out = static_cast<int64_t>(state.table.committed(RegionKind::kEngine)) - state.engine_released_bytes;
  return BENCHMEM_OK;
}

void window_ended() noexcept {
  const Hold hold;
  state.resident.end_window(state.table);
}

void declare_pool(const void* address, size_t bytes, CallSite site) noexcept {
  const ObjectId owner = classify(site);
  const Hold hold;
  state.table.retag(range_of(address, bytes), RegionKind::kPool, owner);
}

void undeclare_pool(const void* address, size_t bytes, CallSite site) noexcept {
  const ObjectId owner = classify(site);
  const Hold hold;
  state.table.retag(range_of(address, bytes), RegionKind::kObject, owner);
}

void install_fork_handlers() noexcept {
  static std::atomic<bool> installed{false};
  if (installed.exchange(true)) return;
  pthread_atfork(
      [] {
        state.lock.lock();
        tls_inside = true;
      },
      [] {
        tls_inside = false;
        state.lock.unlock();
      },
      [] {
        state.lock.reset_after_fork();
        tls_inside = false;
      });
}

} // namespace benchmem::mappings
