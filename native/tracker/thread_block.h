// What one thread counts: its gate, its credits (what it may do without asking), and counters per caller's object.
// Must hold no policy: who may add what is the ledger's, when a window is open is the tracker's.
#ifndef BENCHMEM_TRACKER_THREAD_BLOCK_H_
#define BENCHMEM_TRACKER_THREAD_BLOCK_H_

#include <cstdint>

#include "abi/benchmem_abi.h"
#include "callers/callers.h"
#include "profile/thread_trace.h"
#include "tracker/credit.h"
#include "tracker/thread_gate.h"

namespace benchmem {

// PERF: the two that an allocation raises are not neighbours: one vector add of both is slower than two plain ones.
// Aligned, so that all are in one cache line.
struct alignas(32) ObjectCounters {
  uint64_t allocations;
  uint64_t freed_bytes; // of blocks that this object allocated, whoever frees them
  uint64_t total_bytes;
  Credit* credit; // of this object's source. PERF: a load from this line, instead of finding the source out
};

// Blocks from before the window that were freed inside it.
struct OlderFrees {
  uint64_t blocks;
  uint64_t bytes;
};

// INVARIANT: everything below the gate is written by the owner inside its gate, or by the settler while the gate
// is closed and the owner outside, or under the tracker's lock; `next_block` is written once, before publication.
struct alignas(64) ThreadBlock {
  ThreadGate gate;
  uint32_t tag = 0;   // of the window whose figures these are
  uint32_t stamp = 0; // the same in its place in a shadow entry
  Credit credit[BENCHMEM_SOURCE_COUNT];

  // WHY: only the program's allocations press, because the engine allocates in the middle of its own work, where its
  // heap cannot be read.
  Pressure pressure[BENCHMEM_SOURCE_COUNT];
  benchmem_pressure_callback pressure_callback = nullptr;
  void* pressure_context = nullptr;
  benchmem_pressure_callback engine_mapping_callback = nullptr; // the owner's alone, as its context
  void* engine_mapping_context = nullptr;
  int64_t pressure_step = 0;

  ThreadBlock* next_block = nullptr;    // of all blocks ever made
  ThreadBlock* next_free = nullptr;     // of those whose thread has gone
  ThreadBlock* next_attached = nullptr; // of those whose gate may be open
  bool attached = false;
  bool passed = false;             // its gate, since the fold before the last
  uint64_t folded_allocations = 0; // what allocations() was at the last fold
  bool accepts = false;            // its allocations count (not so: another thread's window, or draining)
  OlderFrees older_frees[BENCHMEM_SOURCE_COUNT] = {};
  ObjectCounters objects[kObjectIds] = {};
  profile::ThreadTrace* trace = nullptr; // made with the first event that a profile wants; stays with the block

  static constexpr int64_t kNobodyWatches = INT64_MAX / 2;

  void reset_figures(uint32_t window_tag) noexcept;
  // Of all objects. Settler, while the gate is closed.
  uint64_t allocations() const noexcept {
    uint64_t sum = 0;
    for (const ObjectCounters& counters : objects) sum += counters.allocations;
    return sum;
  }
  void reset_pressure() noexcept;

  // The owner, inside its gate. Each returns false and changes nothing if the slow path must decide.
  __attribute__((always_inline)) bool try_allocate(ObjectId object, uint64_t bytes) noexcept {
    if (!objects[object].credit->try_allocate(static_cast<int64_t>(bytes))) return false;
    count_allocation(object, bytes);
    return true;
  }
  __attribute__((always_inline)) bool try_free(ObjectId object, uint64_t bytes) noexcept {
    if (!objects[object].credit->try_free(static_cast<int64_t>(bytes))) return false;
    objects[object].freed_bytes += bytes;
    return true;
  }
  // The same for a thread that is watched or whose allocations do not count.
  bool try_counted_free(ObjectId object, uint64_t bytes) noexcept {
    if (!credit[source_of(object)].try_counted_free(static_cast<int64_t>(bytes))) return false;
    objects[object].freed_bytes += bytes;
    return true;
  }
  // One delta to live: a settler waits for the gate, so it never sees both sizes or neither.
  bool try_reallocate(ObjectId old_object, uint64_t old_bytes, ObjectId object, uint64_t bytes) noexcept {
    const benchmem_source source = source_of(object);
    if (source != source_of(old_object)) return false;
    const int64_t delta = static_cast<int64_t>(bytes) - static_cast<int64_t>(old_bytes);
    // Growth by 0 asks too: a thread whose allocations do not count has a credit below that.
    Credit& own = credit[source];
    const bool allowed = delta >= 0
                             ? own.try_allocate(delta)
                             : own.accepts_allocations() && (own.try_free(-delta) || own.try_counted_free(-delta));
    if (!allowed) return false;
    count_allocation(object, bytes);
    objects[old_object].freed_bytes += old_bytes;
    return true;
  }

  __attribute__((always_inline)) void count_allocation(ObjectId object, uint64_t bytes) noexcept {
    ObjectCounters& counters = objects[object];
    counters.allocations += 1;
    counters.total_bytes += bytes;
  }
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_THREAD_BLOCK_H_
