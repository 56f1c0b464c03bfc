// What one thread counts: its gate, the room it may use without asking, and counters per caller's object.
// Must hold no policy: who may add what is the ledger's, when a window is open is the tracker's.
#ifndef BENCHMEM_TRACKER_THREAD_BLOCK_H_
#define BENCHMEM_TRACKER_THREAD_BLOCK_H_

#include <cstdint>

#include "abi/benchmem_abi.h"
#include "callers/callers.h"
#include "tracker/thread_gate.h"

namespace benchmem {

struct ObjectCounters {
  uint64_t allocations;
  uint64_t total_bytes;
  uint64_t freed_bytes; // of blocks that this object allocated, whoever frees them
};

// Blocks from before the window that were freed inside it.
struct OlderFrees {
  uint64_t blocks;
  uint64_t usable_bytes;
};

// INVARIANT: everything below the gate is written by the owner inside its gate, or by the settler while the gate
// is closed and the owner outside; `next_block` is written once, before the block is published.
// INVARIANT: floor <= room <= ceiling for each source while the gate is open (see ledger.h).
struct alignas(64) ThreadBlock {
  ThreadGate gate;
  uint32_t tag = 0; // of the window whose figures these are
  int64_t room[BENCHMEM_SOURCE_COUNT] = {};
  int64_t floor[BENCHMEM_SOURCE_COUNT] = {};
  int64_t ceiling[BENCHMEM_SOURCE_COUNT] = {};
  // Bytes until the pressure callback is due; huge where nobody watches.
  int64_t until_pressure_allocated[BENCHMEM_SOURCE_COUNT] = {};
  int64_t until_pressure_freed[BENCHMEM_SOURCE_COUNT] = {};

  benchmem_pressure_callback pressure_callback = nullptr;
  void* pressure_context = nullptr;
  int64_t pressure_step = 0;

  ThreadBlock* next_block = nullptr;    // of all blocks ever made
  ThreadBlock* next_free = nullptr;     // of those whose thread has gone
  ThreadBlock* next_attached = nullptr; // of those whose gate may be open
  bool attached = false;
  bool accepts = false; // its allocations count (not so: another thread's window, or draining)
  OlderFrees older_frees[BENCHMEM_SOURCE_COUNT] = {};
  ObjectCounters objects[kObjectIds] = {};

  static constexpr int64_t kNobodyWatches = INT64_MAX / 2;

  void reset_figures(uint32_t window_tag) noexcept;
  void reset_pressure() noexcept;

  // The owner, inside its gate. Each returns false and changes nothing where the slow path must decide.
  __attribute__((always_inline)) bool try_allocate(ObjectId object, uint64_t bytes) noexcept {
    const benchmem_source source = source_of(object);
    const auto delta = static_cast<int64_t>(bytes);
    const int64_t left = room[source] - delta;
    const int64_t until = until_pressure_allocated[source] - delta;
    if (__builtin_expect(((left - floor[source]) | until) < 0, 0)) return false;
    room[source] = left;
    until_pressure_allocated[source] = until;
    count_allocation(object, bytes);
    return true;
  }
  __attribute__((always_inline)) bool try_free(ObjectId object, uint64_t bytes) noexcept {
    const benchmem_source source = source_of(object);
    const auto delta = static_cast<int64_t>(bytes);
    const int64_t left = room[source] + delta;
    const int64_t until = until_pressure_freed[source] - delta;
    if (__builtin_expect(((ceiling[source] - left) | until) < 0, 0)) return false;
    room[source] = left;
    until_pressure_freed[source] = until;
    objects[object].freed_bytes += bytes;
    return true;
  }
  // One delta to live, so that no instant shows both sizes or neither.
  bool try_reallocate(ObjectId old_object, uint64_t old_bytes, ObjectId object, uint64_t bytes) noexcept {
    const benchmem_source source = source_of(object);
    if (source != source_of(old_object)) return false;
    const int64_t delta = static_cast<int64_t>(bytes) - static_cast<int64_t>(old_bytes);
    const int64_t left = room[source] - delta;
    if (delta > 0 ? left < floor[source] : (delta < 0 && left > ceiling[source])) return false;
    const int64_t until_allocated = until_pressure_allocated[source] - static_cast<int64_t>(bytes);
    const int64_t until_freed = until_pressure_freed[source] - static_cast<int64_t>(old_bytes);
    if ((until_allocated | until_freed) < 0 || refuses_allocations(source)) return false;
    room[source] = left;
    until_pressure_allocated[source] = until_allocated;
    until_pressure_freed[source] = until_freed;
    count_allocation(object, bytes);
    objects[old_object].freed_bytes += old_bytes;
    return true;
  }

  void count_allocation(ObjectId object, uint64_t bytes) noexcept {
    ObjectCounters& counters = objects[object];
    counters.allocations += 1;
    counters.total_bytes += bytes;
  }

  // A floor that no room reaches: the window drains, or this thread is none of the measured ones.
  static constexpr int64_t kNoAllocations = INT64_MAX / 2;
  bool refuses_allocations(benchmem_source source) const noexcept { return floor[source] == kNoAllocations; }
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_THREAD_BLOCK_H_
