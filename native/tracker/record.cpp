// The slow paths of an event: attaching a thread, settling the mark, pressure callbacks, the event sink.
// Nothing here runs inside a gate; what needs the whole picture holds the tracker's lock.

#include "tracker/record.h"

#include "kernel/raw_pages.h"
#include "tracker/window.h"

namespace benchmem::tracker {

std::atomic<uint8_t> hook_state{0};
ShadowMap shadow_map;

namespace {

// WHY a slot may be missing: the kernel refused a page. The window's figures are void then, and say so.
void store_entry(void* block, ShadowEntry entry) noexcept {
  ShadowMap::Slot* slot = shadow_map.find_or_make(block);
  if (slot == nullptr) {
    window.lost_memory = true;
    return;
  }
  slot->store(entry.word(), std::memory_order_relaxed);
}

// Under the lock. A block of an open window that belongs to nobody's figures.
void store_not_counted(void* block, size_t bytes) noexcept {
  store_entry(block, ShadowEntry(window.tag, kNotCounted, bytes, BlockShape::kSpecial));
}

void run_pressure_callback(ThreadBlock* own) noexcept {
  if (own == nullptr || own->pressure_callback == nullptr) return;
  own->pressure_callback(own->pressure_context);
}

enum class Direction { kAllocated, kFreed };

// True when that many bytes more bring the pressure callback due; then it starts over. Under the lock, own attached.
bool take_pressure(ThreadBlock* own, benchmem_source source, Direction direction, uint64_t bytes) noexcept {
  if (own == nullptr || own->pressure_callback == nullptr || source != BENCHMEM_PROGRAM) return false;
  window.ledger.fold_budget(own, source);
  Pressure& pressure = own->pressure[source];
  int64_t& until = direction == Direction::kAllocated ? pressure.until_allocated : pressure.until_freed;
  until -= static_cast<int64_t>(bytes);
  if (until >= 0) return false;
  own->reset_pressure();
  return true;
}

// Without the lock: at a shared gate, for special blocks, for a watched thread (it lives on what it freed).
bool try_allocation_at_gate(void* block, size_t bytes, ObjectId object, BlockShape shape) noexcept {
  ThreadBlock* own = tls_open_block;
  if (!own->gate.enter()) return false;
  const benchmem_source source = source_of(object);
  ShadowMap::Slot* slot = shadow_map.find(block);
  const bool done = slot != nullptr && (own->try_allocate(object, bytes) ||
                                        (own->budget[source].recycle(own->pressure[source]) &&
                                         own->try_allocate(object, bytes)));
  if (done) slot->store(ShadowEntry(own->tag, object, bytes, shape).word(), std::memory_order_relaxed);
  own->gate.leave();
  return done;
}

void send_event(benchmem_event_kind kind, ObjectId object, uint64_t bytes, uint64_t older_bytes,
                const void* block, const void* caller) noexcept {
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

} // namespace

namespace {

void record_allocation_locked(void* block, size_t bytes, ObjectId object, BlockShape shape,
                              const void* caller) noexcept {
  ErrnoGuard guard;
  const bool paused = thread_registry.paused();
  ThreadBlock* own = thread_registry.own_block();
  bool pressure = false;
  {
    LockGuard lock(window.lock);
    if (window.phase == BENCHMEM_CLOSED) return;
    if (paused || !window.counts_thread(own)) return store_not_counted(block, bytes);
    const benchmem_source source = source_of(object);
    ThreadBlock* counting = attach_for_event(own);
    pressure = take_pressure(own, source, Direction::kAllocated, bytes);
    window.ledger.add(own, source, static_cast<int64_t>(bytes));
    counting->count_allocation(object, bytes);
    store_entry(block, ShadowEntry(window.tag, object, bytes, shape));
  }
  if (pressure) run_pressure_callback(own);
  send_event(BENCHMEM_EVENT_ALLOCATE, object, bytes, 0, block, caller);
}

} // namespace

void* record_allocation_slow(void* block, size_t bytes, ObjectId object, BlockShape shape,
                             const void* caller) noexcept {
  if (block != nullptr && !try_allocation_at_gate(block, bytes, object, shape)) {
    record_allocation_locked(block, bytes, object, shape, caller);
  }
  return block;
}

namespace {

// Under the lock: what to do with a block of which this entry is known. kWindow: it is the window's.
BlockOrigin origin_of(const ShadowEntry& entry) noexcept {
  if (window.phase == BENCHMEM_CLOSED) return BlockOrigin::kNoWindow;
  if (entry.tag() != window.tag) return BlockOrigin::kOlder;
  return entry.object() == kNotCounted ? BlockOrigin::kNotCounted : BlockOrigin::kWindow;
}

// True when the callback is due: before the free is recorded, since the sum has its local maxima just before frees.
bool pressure_before_free(ThreadBlock* own, const ShadowEntry& entry) noexcept {
  LockGuard lock(window.lock);
  if (origin_of(entry) != BlockOrigin::kWindow) return false;
  attach_for_event(own);
  return take_pressure(own, source_of(entry.object()), Direction::kFreed, entry.bytes());
}

} // namespace

namespace {

BlockOrigin record_free_locked(void* block) noexcept {
  ErrnoGuard guard;
  ThreadBlock* own = thread_registry.own_block();
  ShadowMap::Slot* slot = window_is_open() ? shadow_map.find(block) : nullptr;
  const ShadowEntry entry(slot == nullptr ? 0 : slot->load(std::memory_order_relaxed));
  if (own != nullptr && own->pressure_callback != nullptr && pressure_before_free(own, entry)) {
    run_pressure_callback(own);
  }
  {
    LockGuard lock(window.lock);
    const BlockOrigin origin = origin_of(entry);
    if (origin == BlockOrigin::kNotCounted) slot->store(0, std::memory_order_relaxed);
    if (origin != BlockOrigin::kWindow) return origin;
    ThreadBlock* counting = attach_for_event(own);
    window.ledger.subtract(own, source_of(entry.object()), static_cast<int64_t>(entry.bytes()));
    counting->objects[entry.object()].freed_bytes += entry.bytes();
    slot->store(0, std::memory_order_relaxed);
  }
  send_event(BENCHMEM_EVENT_FREE, entry.object(), entry.bytes(), 0, block, nullptr);
  return BlockOrigin::kWindow;
}

} // namespace

BlockOrigin record_free_slow(void* block) noexcept {
  ThreadBlock* own = tls_open_block;
  if (!own->gate.enter()) return record_free_locked(block);
  ShadowMap::Slot* slot = shadow_map.find(block);
  const ShadowEntry entry(slot == nullptr ? 0 : slot->load(std::memory_order_relaxed));
  const ObjectId object = entry.object();
  const bool older = entry.tag() != own->tag;
  const bool done = !older && object != kNotCounted &&
                    (own->try_free(object, entry.bytes()) || own->try_counted_free(object, entry.bytes()));
  if (done) slot->store(0, std::memory_order_relaxed);
  own->gate.leave();
  if (older) return BlockOrigin::kOlder;
  return done ? BlockOrigin::kWindow : record_free_locked(block);
}

// WHY the test: while no window is open nothing is recorded, so an entry may be that of a block which was released
// then, and whose place another took. One of about the same size is taken for it: usable bytes are no closer.
size_t take_older_bytes(void* block, size_t usable_bytes) noexcept {
  ShadowMap::Slot* slot = shadow_map.find(block);
  if (slot == nullptr) return usable_bytes;
  const ShadowEntry entry(slot->load(std::memory_order_relaxed));
  slot->store(0, std::memory_order_relaxed);
  const uint64_t bytes = entry.bytes();
  const uint64_t least = usable_bytes - usable_bytes / 4; // no allocator of ours rounds up by more
  const bool known = entry.word() != 0 && bytes <= usable_bytes && (bytes >= least || usable_bytes <= 64);
  return known ? bytes : usable_bytes;
}

void record_older_free(size_t bytes, CallSite site) noexcept {
  ErrnoGuard guard;
  if (thread_registry.paused()) return;
  const benchmem_source source = source_of(classify(site));
  ThreadBlock* own = thread_registry.own_block();
  if (own != nullptr && own->gate.enter()) {
    own->older_frees[source].blocks += 1;
    own->older_frees[source].bytes += bytes;
    own->gate.leave();
    return;
  }
  LockGuard lock(window.lock);
  if (window.phase == BENCHMEM_CLOSED) return;
  ThreadBlock* counting = attach_for_event(own);
  counting->older_frees[source].blocks += 1;
  counting->older_frees[source].bytes += bytes;
}

TakenBlock take_for_realloc(void* block) noexcept {
  ShadowMap::Slot* slot = shadow_map.find(block);
  const ShadowEntry entry(slot == nullptr ? 0 : slot->load(std::memory_order_relaxed));
  ThreadBlock* own = tls_open_block;
  uint32_t tag = 0;
  if (own->gate.enter()) {
    tag = own->tag;
    own->gate.leave();
  } else {
    ErrnoGuard guard;
    LockGuard lock(window.lock);
    if (window.phase == BENCHMEM_CLOSED) return {BlockOrigin::kNoWindow, ShadowEntry()};
    tag = window.tag;
  }
  if (entry.tag() != tag) return {BlockOrigin::kOlder, ShadowEntry()};
  slot->store(0, std::memory_order_relaxed);
  return {entry.object() == kNotCounted ? BlockOrigin::kNotCounted : BlockOrigin::kWindow, entry};
}

void restore_after_failed_realloc(void* block, const TakenBlock& taken) noexcept {
  if (taken.entry.word() == 0) return;
  shadow_map.find(block)->store(taken.entry.word(), std::memory_order_relaxed);
}

namespace {

// Under the lock: one delta to live where both sides count.
void reallocate_locked(ThreadBlock* own, void* block, size_t bytes, ObjectId object, const ShadowEntry& old) noexcept {
  const bool had = old.word() != 0;
  const benchmem_source source = source_of(object);
  const bool counts = !thread_registry.paused() && window.counts_thread(own);
  ThreadBlock* counting = attach_for_event(own);
  if (had) counting->objects[old.object()].freed_bytes += old.bytes();
  const auto old_bytes = static_cast<int64_t>(old.bytes());
  if (!counts) {
    if (had) window.ledger.subtract(own, source_of(old.object()), old_bytes);
    return store_not_counted(block, bytes);
  }
  counting->count_allocation(object, bytes);
  store_entry(block, ShadowEntry(window.tag, object, bytes, BlockShape::kPlain));
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
bool try_reallocate_at_gate(void* block, size_t bytes, ObjectId object, const ShadowEntry& old) noexcept {
  ThreadBlock* own = tls_open_block;
  if (!own->gate.enter()) return false;
  ShadowMap::Slot* slot = shadow_map.find(block);
  bool done = slot != nullptr;
  if (done && old.word() == 0) {
    done = own->try_allocate(object, bytes);
  } else if (done) {
    done = old.tag() == own->tag && own->try_reallocate(old.object(), old.bytes(), object, bytes);
  }
  if (done) slot->store(ShadowEntry::plain(own->stamp, object, bytes).word(), std::memory_order_relaxed);
  own->gate.leave();
  return done;
}

} // namespace

void record_reallocation(void* block, size_t bytes, const TakenBlock& taken, size_t older_bytes,
                         CallSite site) noexcept {
  const ObjectId object = classify(site);
  const ShadowEntry old = taken.origin == BlockOrigin::kWindow ? taken.entry : ShadowEntry();
  if (taken.origin == BlockOrigin::kOlder) record_older_free(older_bytes, site);
  if (!try_reallocate_at_gate(block, bytes, object, old)) {
    ErrnoGuard guard;
    ThreadBlock* own = thread_registry.own_block();
    bool pressure = false;
    {
      LockGuard lock(window.lock);
      if (window.phase == BENCHMEM_CLOSED) return;
      const bool same_window = old.tag() == window.tag;
      attach_for_event(own);
      pressure = take_pressure(own, source_of(object), Direction::kAllocated, bytes);
      reallocate_locked(own, block, bytes, object, same_window ? old : ShadowEntry());
    }
    if (pressure) run_pressure_callback(own);
  }
  send_event(BENCHMEM_EVENT_REALLOCATE, object, bytes, old.bytes(), block, site.return_address);
}

} // namespace benchmem::tracker
