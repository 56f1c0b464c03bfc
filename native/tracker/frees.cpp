// A free that the inlined path could not record: at the gate, else under the lock.

#include "tracker/profiling.h"
#include "tracker/recording.h"

namespace benchmem::tracker {

namespace {

// Under the lock: what to do with a block of which this entry is known. kWindow: it is the window's.
BlockOrigin origin_locked(const ShadowEntry& entry) noexcept {
  if (window.phase == BENCHMEM_CLOSED) return BlockOrigin::kNoWindow;
  if (entry.tag() != window.tag) return BlockOrigin::kOlder;
  return entry.object() == kNotCounted ? BlockOrigin::kNotCounted : BlockOrigin::kWindow;
}

// True when the callback is due: before the free is recorded, since the sum has its local maxima just before frees.
bool pressure_before_free(ThreadBlock* own, const ShadowEntry& entry) noexcept {
  LockGuard lock(window.lock);
  if (origin_locked(entry) != BlockOrigin::kWindow) return false;
  attach_for_event_locked(own);
  return take_pressure_locked(own, source_of(entry.object()), Direction::kFreed, entry.bytes());
}

BlockOrigin record_free_locked(void* block) noexcept {
  ErrnoGuard guard;
  ThreadBlock* own = thread_registry.own_block();
  const ShadowMap::Found found = window_is_open()
                                     ? shadow_map.look_up(block)
                                     : ShadowMap::Found{{nullptr, ShadowMap::Table::kSmall}, ShadowEntry()};
  const ShadowEntry entry = found.entry;
  if (own != nullptr && own->pressure_callback != nullptr && pressure_before_free(own, entry)) {
    run_pressure_callback(own);
  }
  {
    LockGuard lock(window.lock);
    const BlockOrigin origin = origin_locked(entry);
    if (origin == BlockOrigin::kNotCounted) found.place.clear();
    if (origin != BlockOrigin::kWindow) return origin;
    ThreadBlock* counting = attach_for_event_locked(own);
    window.ledger.subtract(own, source_of(entry.object()), static_cast<int64_t>(entry.bytes()));
    counting->objects[entry.object()].freed_bytes += entry.bytes();
    found.place.clear();
    profile_free_locked(own, block, entry);
  }
  send_event(BENCHMEM_EVENT_FREE, entry.object(), entry.bytes(), 0, block, nullptr);
  return BlockOrigin::kWindow;
}

} // namespace

BlockOrigin record_free_gated(void* block) noexcept {
  ThreadBlock* own = tls_open_block;
  if (!own->gate.enter()) return record_free_locked(block);
  const ShadowMap::Found found = shadow_map.look_up(block);
  const ShadowEntry entry = found.entry;
  const ObjectId object = entry.object();
  const bool older = entry.tag() != own->tag;
  const bool done = !older && object != kNotCounted &&
                    (own->try_free(object, entry.bytes()) || own->try_counted_free(object, entry.bytes()));
  if (done) found.place.clear();
  own->gate.leave();
  if (older) return BlockOrigin::kOlder;
  return done ? BlockOrigin::kWindow : record_free_locked(block);
}

} // namespace benchmem::tracker
