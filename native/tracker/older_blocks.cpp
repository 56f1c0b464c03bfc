// Blocks from before the window that are freed inside it: how large they were, and whose they were.

#include "tracker/recording.h"

namespace benchmem::tracker {

// WHY: the size is tested, because nothing is recorded while no window is open, so an entry may be that of a block
// which was released then, and whose place another took. One of about the same size is taken for it: usable bytes are
// no closer.
OlderBlock take_older_block(void* block, size_t usable_bytes) noexcept {
  const ShadowMap::Found found = shadow_map.look_up(block);
  if (!found.entry.exists()) return {usable_bytes, kNotCounted};
  found.place.clear();
  const uint64_t bytes = found.entry.bytes();
  const uint64_t least = usable_bytes - usable_bytes / 4; // no allocator of ours rounds up by more
  const bool known = bytes <= usable_bytes && (bytes >= least || usable_bytes <= 64);
  return known ? OlderBlock{bytes, found.entry.object()} : OlderBlock{usable_bytes, kNotCounted};
}

namespace {

// WHY: of what node itself frees, its owner is asked first, because node frees what its platform made for a delayed task of V8
// by a jump to free out of a callback of libuv: there the caller is uv_run. A timer does so 100 ms after V8 posted it, in
// whichever window is open then. Any other caller is believed, because what is noted of a block may be of one that was
// released while no window was open.
ObjectId owner_of(const OlderBlock& block, CallSite site) noexcept {
  const ObjectId caller = classify(site);
  return block.owner != kNotCounted && is_executable(caller) ? block.owner : caller;
}

} // namespace

void record_older_free(OlderBlock block, CallSite site) noexcept {
  ErrnoGuard guard;
  if (thread_registry.paused()) return;
  const benchmem_source source = source_of(owner_of(block, site));
  ThreadBlock* own = thread_registry.own_block();
  if (own != nullptr && own->gate.enter()) {
    own->older_frees[source].blocks += 1;
    own->older_frees[source].bytes += block.bytes;
    own->gate.leave();
    return;
  }
  LockGuard lock(window.lock);
  if (window.phase == BENCHMEM_CLOSED) return;
  ThreadBlock* counting = attach_for_event_locked(own);
  counting->older_frees[source].blocks += 1;
  counting->older_frees[source].bytes += block.bytes;
}

} // namespace benchmem::tracker
