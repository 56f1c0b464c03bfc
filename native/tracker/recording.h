// What the recordings of all events share: entries, pressure callbacks, the event sink. Nothing here runs inside a gate.
// Only allocations.cpp, frees.cpp, reallocations.cpp and older_blocks.cpp see it. Tiers are told by names: see record.h.
#ifndef BENCHMEM_TRACKER_RECORDING_H_
#define BENCHMEM_TRACKER_RECORDING_H_

#include "kernel/raw_pages.h"
#include "tracker/record.h"
#include "tracker/window.h"

namespace benchmem::tracker {

// WHY: a slot may be missing, because the kernel refused a page. The window's figures are void then, and say so.
void store_entry_locked(void* block, ShadowEntry entry, BlockShape shape) noexcept;
// A block of an open window that belongs to nobody's figures.
void store_not_counted_locked(void* block, size_t bytes, BlockShape shape) noexcept;

enum class Direction { kAllocated, kFreed };

// True when that many bytes more bring the pressure callback due; then it starts over. `own` is attached.
bool take_pressure_locked(ThreadBlock* own, benchmem_source source, Direction direction, uint64_t bytes) noexcept;
void run_pressure_callback(ThreadBlock* own) noexcept;
// On a thread whose allocation attached it to the window.
void run_arrival_callback() noexcept;

void send_event(benchmem_event_kind kind, ObjectId object, uint64_t bytes, uint64_t older_bytes, const void* block,
                const void* caller) noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_RECORDING_H_
