// Reports checked and handed to the recording of malloc's blocks; outside of windows kept as older blocks.

#include "tracker/pool_blocks.h"

#include "kernel/raw_pages.h"
#include "tracker/record.h"
#include "tracker/window.h"

namespace benchmem::tracker {

namespace {

__thread uint32_t own_memory_depth __attribute__((tls_model("initial-exec"))) = 0;

constexpr uint32_t kOutsideWindows = 0; // the tag that no window has

bool can_be_kept(const void* block, size_t bytes) noexcept {
  return reinterpret_cast<uintptr_t>(block) % ShadowMap::kGranule == 0 && bytes >> ShadowEntry::kSizeBits == 0;
}

void refuse() noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  window.invalid_report = true;
}

// False if a window is open: then nothing was done.
bool kept_outside_windows(const void* block, ShadowEntry entry) noexcept {
  if (window_is_open()) return false;
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_CLOSED) return false;
  // Where the kernel refuses a page the block is not known later: an older free less, as for malloc's.
  if (!shadow_map.prepare()) return true;
  if (!entry.exists()) {
    const ShadowMap::Found found = shadow_map.look_up(block);
    if (found.entry.exists()) found.place.clear();
    return true;
  }
  const ShadowMap::Place place = shadow_map.place_or_make(block, entry.bytes(), BlockShape::kReported);
  if (place) place.store(block, entry);
  return true;
}

// Of the open window; kOutsideWindows where it has just been closed.
uint32_t current_tag() noexcept {
  ThreadBlock* own = tls_open_block;
  if (own->gate.enter()) {
    const uint32_t tag = own->tag;
    own->gate.leave();
    return tag;
  }
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  return window.phase == BENCHMEM_CLOSED ? kOutsideWindows : window.tag;
}

bool is_taken(const void* block) noexcept {
  const ShadowEntry entry = shadow_map.look_up(block).entry;
  return entry.exists() && entry.object() != kNotCounted && entry.tag() == current_tag();
}

} // namespace

void pool_block_allocated(const void* block, size_t bytes, CallSite site) noexcept {
  if (block == nullptr) return;
  if (!can_be_kept(block, bytes)) return refuse();
  const ObjectId object = classify(site);
  if (kept_outside_windows(block, ShadowEntry(kOutsideWindows, object, bytes, BlockShape::kReported))) return;
  if (is_taken(block)) return refuse();
  record_allocation_gated(const_cast<void*>(block), bytes, object, BlockShape::kReported, site.return_address);
}

void pool_block_freed(const void* block, CallSite site) noexcept {
  if (block == nullptr) return;
  if (!can_be_kept(block, 0)) return refuse();
  if (kept_outside_windows(block, ShadowEntry())) return;
  const ShadowMap::Found found = shadow_map.look_up(block);
  const ShadowEntry entry = found.entry;
  if (record_free_gated(const_cast<void*>(block)) != BlockOrigin::kOlder || !entry.exists()) return;
  found.place.clear();
  if (entry.object() != kNotCounted) record_older_free({entry.bytes(), entry.object()}, site);
}

void pool_blocks_cleared(const void* begin, size_t bytes, CallSite site) noexcept {
  {
    ErrnoGuard guard;
    LockGuard lock(window.lock);
    if (!shadow_map.is_prepared()) return;
  }
  constexpr uintptr_t kMask = ShadowMap::kGranule - 1;
  const uintptr_t end = reinterpret_cast<uintptr_t>(begin) + bytes;
  uintptr_t at = (reinterpret_cast<uintptr_t>(begin) + kMask) & ~kMask;
  while (at < end) {
    const auto* block = reinterpret_cast<const void*>(at);
    const ShadowMap::Slot* slot = shadow_map.find_small(block);
    if (slot == nullptr) {
      at = ShadowMap::end_of_leaf(at);
      continue;
    }
    if (ShadowEntry(slot->load(std::memory_order_relaxed)).exists()) pool_block_freed(block, site);
    at += ShadowMap::kGranule;
  }
}

void own_memory_begin() noexcept {
  ++own_memory_depth;
  thread_registry.pause();
}

void own_memory_end() noexcept {
  if (own_memory_depth == 0) return;
  --own_memory_depth;
  thread_registry.resume();
}

bool own_memory_left_open() noexcept { return own_memory_depth != 0; }

} // namespace benchmem::tracker
