// Storing entries, pressure callbacks, the event sink: see recording.h.

#include "tracker/recording.h"

namespace benchmem::tracker {

std::atomic<uint8_t> hook_state{0};
ShadowMap shadow_map;

void store_entry_locked(void* block, ShadowEntry entry, BlockShape shape) noexcept {
  const ShadowMap::Place place = shadow_map.place_or_make(block, entry.bytes(), shape);
  if (!place) {
    window.lost_memory = true;
    return;
  }
  place.store(block, entry);
}

void store_not_counted_locked(void* block, size_t bytes, BlockShape shape) noexcept {
  store_entry_locked(block, ShadowEntry(window.tag, kNotCounted, bytes, BlockShape::kSpecial), shape);
}

void run_pressure_callback(ThreadBlock* own) noexcept {
  if (own == nullptr || own->pressure_callback == nullptr) return;
  own->pressure_callback(own->pressure_context);
}

void run_arrival_callback() noexcept {
  const benchmem_pressure_callback callback = arrivals.function.load(std::memory_order_acquire);
  if (callback != nullptr) callback(arrivals.context.load(std::memory_order_relaxed));
}

bool take_pressure_locked(ThreadBlock* own, benchmem_source source, Direction direction, uint64_t bytes) noexcept {
  if (own == nullptr || own->pressure_callback == nullptr || source != BENCHMEM_PROGRAM) return false;
  window.ledger.fold_credit(own, source);
  Pressure& pressure = own->pressure[source];
  int64_t& until = direction == Direction::kAllocated ? pressure.until_allocated : pressure.until_freed;
  until -= static_cast<int64_t>(bytes);
  if (until >= 0) return false;
  own->reset_pressure();
  return true;
}

void send_event(benchmem_event_kind kind, ObjectId object, uint64_t bytes, uint64_t older_bytes, const void* block,
                const void* caller) noexcept {
  if (event_sink.function.load(std::memory_order_relaxed) == nullptr) return;
  ErrnoGuard guard;
  benchmem_event_sink sink = nullptr;
  void* context = nullptr;
  {
    LockGuard lock(window.lock); // or the function of one sink would be called with the context of another
    sink = event_sink.function.load(std::memory_order_relaxed);
    context = event_sink.context.load(std::memory_order_relaxed);
  }
  if (sink == nullptr) return;
  const benchmem_event event = {kind, source_of(object), bytes, older_bytes, block, caller};
  thread_registry.pause();
  sink(&event, context);
  thread_registry.resume();
}

} // namespace benchmem::tracker
