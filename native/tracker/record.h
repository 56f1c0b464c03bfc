// The recording of one event: the inlined fast path that every hooked call passes while a window is open.
// INVARIANT: what a thread records, it records inside its gate; so a settler sees whole events only.
// Must not call the allocator, the loader or anything that may: the slow paths are in record.cpp.
#ifndef BENCHMEM_TRACKER_RECORD_H_
#define BENCHMEM_TRACKER_RECORD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/callers_inline.h"
#include "tracker/shadow_map.h"
#include "tracker/thread_registry.h"

namespace benchmem::tracker {

// Measuring or draining. Only a hint for the hooks: what counts is decided inside the gate.
extern std::atomic<bool> window_flag __attribute__((visibility("hidden")));
extern ShadowMap shadow_map __attribute__((visibility("hidden")));

inline bool window_is_open() noexcept { return window_flag.load(std::memory_order_relaxed); }

// Entries of blocks that were allocated during a window but do not belong to it (another thread's, draining,
// the measuring's own): so that their free is not taken for that of an older block.
inline constexpr ObjectId kNotCounted = 254;

enum class BlockOrigin : uint8_t { kWindow, kNotCounted, kOlder, kNoWindow };

// What the tracker knew of a block that its owner is about to release or reallocate.
struct TakenBlock {
  BlockOrigin origin;
  ShadowEntry entry; // meaningful unless origin is kOlder or kNoWindow
};

// Everything that is no plain counting inside an open gate: there a thread waits, attaches, settles, calls back.
// While an event sink listens no gate is open, so that every event comes here.
void record_allocation_slow(void* block, size_t bytes, ObjectId object, const void* caller) noexcept;
BlockOrigin record_free_slow(void* block) noexcept;
void record_older_free(size_t usable_bytes, CallSite site) noexcept;

// After the allocator returned `block`. `caller` is for an event sink.
__attribute__((always_inline)) inline void record_allocation(void* block, size_t bytes, ObjectId object,
                                                             const void* caller) noexcept {
  ThreadBlock* own = tls_open_block;
  if (__builtin_expect(own != nullptr && own->gate.enter(), 1)) {
    ShadowMap::Slot* slot = shadow_map.find(block);
    if (__builtin_expect(slot != nullptr && own->try_allocate(object, bytes), 1)) {
      slot->store(ShadowEntry(own->tag, object, bytes).word(), std::memory_order_relaxed);
      own->gate.leave();
      return;
    }
    own->gate.leave();
  }
  record_allocation_slow(block, bytes, object, caller);
}

// Before the allocator gets `block` back. kOlder: the caller reports it with record_older_free.
__attribute__((always_inline)) inline BlockOrigin record_free(void* block) noexcept {
  ThreadBlock* own = tls_open_block;
  if (__builtin_expect(own != nullptr && own->gate.enter(), 1)) {
    ShadowMap::Slot* slot = shadow_map.find(block);
    const ShadowEntry entry(slot == nullptr ? 0 : slot->load(std::memory_order_relaxed));
    if (entry.tag() != own->tag) {
      own->gate.leave();
      return BlockOrigin::kOlder;
    }
    if (__builtin_expect(entry.object() != kNotCounted && own->try_free(entry.object(), entry.bytes()), 1)) {
      slot->store(0, std::memory_order_relaxed);
      own->gate.leave();
      return BlockOrigin::kWindow;
    }
    own->gate.leave();
  }
  return record_free_slow(block);
}

// Around a realloc: take before the allocator may release the block, then either of the other two.
TakenBlock take_for_realloc(void* block) noexcept;
void restore_after_failed_realloc(void* block, const TakenBlock& taken) noexcept;
// `older_usable_bytes`: usable size of an older block before the call, 0 otherwise.
void record_reallocation(void* block, size_t bytes, const TakenBlock& taken, size_t older_usable_bytes,
                         CallSite site) noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_RECORD_H_
