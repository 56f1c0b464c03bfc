// A realloc: what is known of the block is taken before the allocator may release it, and one delta recorded after.

#include "tracker/profiling.h"
#include "tracker/recording.h"

namespace benchmem::tracker {

TakenBlock take_for_realloc(void* block) noexcept {
  constexpr ShadowMap::Found kNothing{{nullptr, ShadowMap::Table::kSmall}, ShadowEntry()};
  const ShadowMap::Found found = shadow_map.look_up(block);
  ThreadBlock* own = tls_open_block;
  uint32_t tag = 0;
  profile::BlockNote note;
  if (own->gate.enter()) {
    tag = own->tag;
    own->gate.leave();
  } else {
    ErrnoGuard guard;
    LockGuard lock(window.lock);
    if (window.phase == BENCHMEM_CLOSED) return {BlockOrigin::kNoWindow, kNothing, {}};
    tag = window.tag;
    if (found.entry.tag() == tag) note = take_note_locked(block, found.entry);
  }
  if (found.entry.tag() != tag) return {BlockOrigin::kOlder, kNothing, {}};
  found.place.clear();
  return {found.entry.object() == kNotCounted ? BlockOrigin::kNotCounted : BlockOrigin::kWindow, found, note};
}

void restore_after_failed_realloc(void* block, const TakenBlock& taken) noexcept {
  if (!taken.found.entry.exists()) return;
  // WHY: the place is looked up anew, because what was cleared may be another block's by now.
  const ShadowEntry& entry = taken.found.entry;
  const BlockShape shape = entry.is_special() ? BlockShape::kSpecial : BlockShape::kPlain;
  const ShadowMap::Place place = shadow_map.place_or_make(block, entry.bytes(), shape);
  if (place) place.store(block, entry);
  put_note(block, taken.found.entry, taken.note);
}

namespace {

// Under the lock: one delta to live where both sides count.
void reallocate_locked(ThreadBlock* own, void* block, size_t bytes, ObjectId object, const ShadowEntry& old,
                       bool counts) noexcept {
  const bool had = old.exists();
  const benchmem_source source = source_of(object);
  ThreadBlock* counting = attach_for_event_locked(own);
  if (had) counting->objects[old.object()].freed_bytes += old.bytes();
  const auto old_bytes = static_cast<int64_t>(old.bytes());
  if (!counts) {
    if (had) window.ledger.subtract(own, source_of(old.object()), old_bytes);
    return store_not_counted_locked(block, bytes, BlockShape::kPlain);
  }
  counting->count_allocation(object, bytes);
  store_entry_locked(block, ShadowEntry(window.tag, object, bytes, BlockShape::kPlain), BlockShape::kPlain);
  const auto new_bytes = static_cast<int64_t>(bytes);
  if (!had) return window.ledger.add(own, source, new_bytes);
  if (source_of(old.object()) != source) {
    window.ledger.subtract(own, source_of(old.object()), old_bytes);
    return window.ledger.add(own, source, new_bytes);
  }
  if (new_bytes > old_bytes) window.ledger.add(own, source, new_bytes - old_bytes);
  if (new_bytes < old_bytes) window.ledger.subtract(own, source, old_bytes - new_bytes);
}

// The fast form: both sizes, one gate. False: take the slow path.
bool try_reallocate_gated(void* block, size_t bytes, ObjectId object, const ShadowEntry& old) noexcept {
  ThreadBlock* own = tls_open_block;
  if (!own->gate.enter()) return false;
  const ShadowMap::Place place = shadow_map.place_of(block, bytes, BlockShape::kPlain);
  bool done = static_cast<bool>(place);
  if (done && !old.exists()) {
    done = own->try_allocate(object, bytes);
  } else if (done) {
    done = old.tag() == own->tag && own->try_reallocate(old.object(), old.bytes(), object, bytes);
  }
  if (done) place.store(block, ShadowEntry::plain(own->stamp, object, bytes));
  own->gate.leave();
  return done;
}

} // namespace

void record_reallocation(void* block, size_t bytes, const TakenBlock& taken, OlderBlock older, CallSite site) noexcept {
  const ObjectId object = classify(site);
  const ShadowEntry old = taken.origin == BlockOrigin::kWindow ? taken.found.entry : ShadowEntry();
  if (taken.origin == BlockOrigin::kOlder) record_older_free(older, site);
  if (!try_reallocate_gated(block, bytes, object, old)) {
    ErrnoGuard guard;
    ThreadBlock* own = thread_registry.own_block();
    EventStack stack(own, object, site);
    bool pressure = false;
    {
      LockGuard lock(window.lock);
      if (window.phase == BENCHMEM_CLOSED) return;
      const bool same_window = old.tag() == window.tag;
      attach_for_event_locked(own);
      pressure = take_pressure_locked(own, source_of(object), Direction::kAllocated, bytes);
      const bool counts = !thread_registry.paused() && window.counts_thread(own);
      reallocate_locked(own, block, bytes, object, same_window ? old : ShadowEntry(), counts);
      profile_reallocation_locked(stack, own, same_window ? taken.note : profile::BlockNote(), old.bytes(), block,
                                  bytes, object, counts);
    }
    if (pressure) run_pressure_callback(own);
  }
  send_event(BENCHMEM_EVENT_REALLOCATE, object, bytes, old.bytes(), block, site.return_address);
}

} // namespace benchmem::tracker
