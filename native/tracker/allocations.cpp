// An allocation that the inlined path could not record: at the gate, else under the lock.

#include "tracker/profiling.h"
#include "tracker/recording.h"

namespace benchmem::tracker {

namespace {

// Without the lock: at a shared gate, for special blocks, for a watched thread (it lives on what it freed).
bool try_allocation_gated(void* block, size_t bytes, ObjectId object, BlockShape shape) noexcept {
  ThreadBlock* own = tls_open_block;
  if (!own->gate.enter()) return false;
  const benchmem_source source = source_of(object);
  const ShadowMap::Place place = shadow_map.place_of(block, bytes, shape);
  const bool done = place && (own->try_allocate(object, bytes) ||
                              (own->credit[source].recycle(own->pressure[source]) && own->try_allocate(object, bytes)));
  if (done) place.store(block, ShadowEntry(own->tag, object, bytes, shape));
  own->gate.leave();
  return done;
}

void record_allocation_locked(void* block, size_t bytes, ObjectId object, BlockShape shape,
                              const void* caller) noexcept {
  ErrnoGuard guard;
  const bool paused = thread_registry.paused();
  ThreadBlock* own = thread_registry.own_block();
  EventStack stack(own, object, {caller, nullptr});
  bool pressure = false;
  bool arrives = false;
  {
    LockGuard lock(window.lock);
    if (window.phase == BENCHMEM_CLOSED) return;
    if (paused || !window.counts_thread(own)) return store_not_counted_locked(block, bytes, shape);
    const benchmem_source source = source_of(object);
    arrives = own != nullptr && !own->attached && own->pressure_callback == nullptr;
    ThreadBlock* counting = attach_for_event_locked(own);
    pressure = take_pressure_locked(own, source, Direction::kAllocated, bytes);
    window.ledger.add(own, source, static_cast<int64_t>(bytes));
    counting->count_allocation(object, bytes);
    store_entry_locked(block, ShadowEntry(window.tag, object, bytes, shape), shape);
    profile_allocation_locked(stack, block, bytes, object);
  }
  if (pressure) run_pressure_callback(own);
  if (arrives) run_arrival_callback();
  send_event(BENCHMEM_EVENT_ALLOCATE, object, bytes, 0, block, caller);
}

} // namespace

void* record_allocation_gated(void* block, size_t bytes, ObjectId object, BlockShape shape,
                              const void* caller) noexcept {
  if (block != nullptr && !try_allocation_gated(block, bytes, object, shape)) {
    record_allocation_locked(block, bytes, object, shape, caller);
  }
  return block;
}

} // namespace benchmem::tracker
