// The recording of one event: the inlined fast path that every hooked call passes while a window is open.
// INVARIANT: what a thread records, it records inside its gate; so a settler sees whole events only.
// Must not call the allocator, the loader or anything that may. A name tells its tier:
//   _inline  always inlined; an open, biased gate and plain counting, or false: nothing was done
//   _gated   a call; enters its gate in any state, and goes on to the next tier where that does not do
//   _locked  holds the tracker's lock, or must be called with it held
#ifndef BENCHMEM_TRACKER_RECORD_H_
#define BENCHMEM_TRACKER_RECORD_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/callers_inline.h"
#include "profile/block_notes.h"
#include "tracker/shadow_map.h"
#include "tracker/thread_registry.h"

namespace benchmem::tracker {

// What an entry point looks at first, in one byte. Its lowest bit: a window is open (measuring or draining). Only a
// hint for the hooks: what counts is decided inside the gate. The other bits are the interposer's, whatever it wants
// to know in the same look.
extern std::atomic<uint8_t> hook_state __attribute__((visibility("hidden")));
inline constexpr uint8_t kWindowIsOpen = 1;
extern ShadowMap shadow_map __attribute__((visibility("hidden")));

// WHY: it is acquire (a plain load on x86), because whoever sees the first window's bit must see the shadow map that
// was mapped for it.
inline bool window_is_open() noexcept { return (hook_state.load(std::memory_order_acquire) & kWindowIsOpen) != 0; }

// Entries of blocks that were allocated during a window but do not belong to it (another thread's, draining,
// the measuring's own): so that their free is not taken for that of an older block.
inline constexpr ObjectId kNotCounted = 254;

enum class BlockOrigin : uint8_t { kWindow, kNotCounted, kOlder, kNoWindow };

// A block from before the window. `owner` is whose allocation it was; kNotCounted: not known.
struct OlderBlock {
  size_t bytes;
  ObjectId owner;
};

// What the tracker knew of a block that its owner is about to release or reallocate.
struct TakenBlock {
  BlockOrigin origin;
  ShadowMap::Found found;  // meaningful unless origin is kOlder or kNoWindow
  profile::BlockNote note; // where a profile is on
};

// The slow path of an event: a thread waits, attaches, settles or calls back. An event takes it unless the gate is open and biased.
// While an event sink listens, no gate is open, so that every event comes here. The first function returns its block.
void* record_allocation_gated(void* block, size_t bytes, ObjectId object, BlockShape shape,
                              const void* caller) noexcept;
BlockOrigin record_free_gated(void* block) noexcept;
// An older block that is about to be released, as a window before saw it allocated; else `usable_bytes`, and no owner.
OlderBlock take_older_block(void* block, size_t usable_bytes) noexcept;
// The executable's own frees count for the block's owner where that is known, all others for who frees.
void record_older_free(OlderBlock block, CallSite site) noexcept;

// The fast path alone. False: nothing is recorded yet, record_allocation_gated must. `block` may be null.
// PERF: no call, so that the hooks around it keep hardly anything across one.
__attribute__((always_inline)) inline bool record_allocation_inline(void* block, size_t bytes,
                                                                    ObjectId object) noexcept {
  if (__builtin_expect(bytes >= ShadowMap::kLargeBytes, 0)) return false;
  ThreadBlock* own = tls_open_block;
  uint32_t stamp = 0; // the window's tag in its place in an entry
  if (__builtin_expect(!own->gate.enter_biased(&stamp), 0)) return false;
  ShadowMap::Slot* slot = shadow_map.find_returned(block);
  const bool written = slot != nullptr && slot->load(std::memory_order_relaxed) != 0;
  const bool done = written && own->try_allocate(object, bytes);
  if (__builtin_expect(done, 1)) {
    slot->store(ShadowEntry::plain(stamp, object, bytes).word(), std::memory_order_relaxed);
  }
  own->gate.leave();
  return done;
}

// The fast path alone: false if nothing is recorded yet. The block is plain: *bytes is what was asked for.
__attribute__((always_inline)) inline bool record_free_inline(void* block, size_t* bytes) noexcept {
  ThreadBlock* own = tls_open_block;
  uint32_t stamp = 0; // the window's tag in its place in an entry
  if (__builtin_expect(!own->gate.enter_biased(&stamp), 0)) return false;
  ShadowMap::Slot* slot = shadow_map.find_small(block);
  bool done = false;
  if (__builtin_expect(slot != nullptr, 1)) {
    const ShadowEntry entry(slot->load(std::memory_order_relaxed));
    const bool ours = entry.is_plain_of(stamp);
    *bytes = entry.bytes();
    done = ours && own->try_free(entry.object(), entry.bytes());
    if (__builtin_expect(done, 1)) slot->store(ShadowEntry::kGone, std::memory_order_relaxed);
  }
  own->gate.leave();
  return done;
}

// After the allocator returned `block`. `caller` is for an event sink.
inline void record_allocation(void* block, size_t bytes, ObjectId object, const void* caller) noexcept {
  if (!record_allocation_inline(block, bytes, object)) {
    record_allocation_gated(block, bytes, object, BlockShape::kPlain, caller);
  }
}
// Before the allocator gets `block` back. kOlder: the caller reports it with record_older_free.
inline BlockOrigin record_free(void* block) noexcept {
  size_t bytes = 0;
  return record_free_inline(block, &bytes) ? BlockOrigin::kWindow : record_free_gated(block);
}

// Around a realloc: take before the allocator may release the block, then either of the other two.
TakenBlock take_for_realloc(void* block) noexcept;
void restore_after_failed_realloc(void* block, const TakenBlock& taken) noexcept;
// `older`: what take_older_block said of an older block before the call, anything otherwise.
void record_reallocation(void* block, size_t bytes, const TakenBlock& taken, OlderBlock older, CallSite site) noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_RECORD_H_
