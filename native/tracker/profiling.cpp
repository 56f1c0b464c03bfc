// Profiled events, and the switch, the annotator and the reading of a profile.

#include "tracker/profiling.h"

#include "kernel/raw_pages.h"
#include "profile/capture.h"
#include "tracker/readings.h"
#include "tracker/recording.h"
#include "tracker/tracker.h"

namespace benchmem::tracker {

profile::Profile allocation_profile;

namespace {

// INVARIANT: changes while no window is open only.
std::atomic<benchmem_stack_annotator> annotator{nullptr};
std::atomic<void*> annotator_context{nullptr};

uint64_t moved_before = 0; // moved_objects() at the window's opening; under its lock

bool is_profiled(ObjectId object) noexcept { return source_of(object) == BENCHMEM_PROGRAM && object != kNotCounted; }

profile::ThreadTrace* trace_of(const ThreadBlock* own) noexcept { return own == nullptr ? nullptr : own->trace; }

// The self-check, against a reading of the same instant.
void check_locked(const benchmem_reading& reading) noexcept {
  const benchmem_source_totals& program = reading.source[BENCHMEM_PROGRAM];
  const profile::Totals totals = {program.allocations, program.total_bytes, program.live_bytes,
                                  reading.program_at_peak_bytes, program.peak_bytes};
  allocation_profile.check(totals, reading.sum_peak_bytes);
}

} // namespace

void EventStack::take(ThreadBlock* own, ObjectId object, CallSite site) noexcept {
  if (!is_profiled(object) || thread_registry.paused()) return;
  thread_registry.pause();
  if (own == nullptr) {
    take_pages();
  } else {
    if (own->trace == nullptr) own->trace = profile::make_trace();
    trace_ = own->trace;
  }
  if (trace_ != nullptr) {
    const profile::Annotator asked{annotator.load(std::memory_order_acquire),
                                   annotator_context.load(std::memory_order_relaxed)};
    profile::capture(trace_, site, asked);
  }
  thread_registry.resume();
}

// For this one event: of a thread that is about to end or could get no block, or one that began before the profile did.
void EventStack::take_pages() noexcept {
  trace_ = profile::make_trace();
  if (trace_ != nullptr) trace_->in_passing = true;
}

void EventStack::let_go() noexcept {
  trace_->count = 0; // an event that was not counted leaves no stack for the next one
  if (trace_->in_passing) profile::unmake_trace(trace_);
}

void profile_allocation_locked(EventStack& stack, const void* block, size_t bytes, ObjectId object) noexcept {
  if (!allocation_profile.is_on() || !is_profiled(object)) return;
  allocation_profile.allocated(stack.trace_locked(), block, bytes);
  profile_sum_locked();
}

void profile_free_locked(const ThreadBlock* own, const void* block, const ShadowEntry& entry) noexcept {
  if (allocation_profile.is_on() && is_profiled(entry.object())) {
    allocation_profile.freed(trace_of(own), block, entry.bytes());
  }
}

// INVARIANT: one note_sum() for both halves, as the ledger sees one change.
void profile_reallocation_locked(EventStack& stack, const ThreadBlock* own, const profile::BlockNote& note,
                                 size_t old_bytes, const void* block, size_t bytes, ObjectId object,
                                 bool counts) noexcept {
  if (!allocation_profile.is_on()) return;
  if (counts && is_profiled(object)) {
    allocation_profile.reallocated(stack.trace_locked(), note, old_bytes, block, bytes);
  } else {
    allocation_profile.freed(trace_of(own), note, old_bytes);
  }
  profile_sum_locked();
}

profile::BlockNote take_note_locked(const void* block, const ShadowEntry& entry) noexcept {
  if (!allocation_profile.is_on() || !is_profiled(entry.object())) return {};
  return allocation_profile.take_note(block);
}

// Back to a block whose realloc failed, unless the window is another by now.
void put_note(const void* block, const ShadowEntry& entry, const profile::BlockNote& note) noexcept {
  if (!note.exists()) return;
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_CLOSED && window.tag == entry.tag()) allocation_profile.put_note(block, note);
}

void begin_profile_locked() noexcept {
  if (!allocation_profile.is_on()) return;
  allocation_profile.open();
  moved_before = moved_objects();
}

void end_profile_locked(const benchmem_reading& at_drain) noexcept {
  if (!allocation_profile.is_on()) return;
  allocation_profile.freeze();
  check_locked(at_drain);
}

benchmem_status profile_switch(uint32_t on) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_CLOSED) return BENCHMEM_WINDOW_OPEN;
  if (on != 0) {
    allocation_profile.switch_on();
  } else {
    allocation_profile.switch_off();
  }
  return BENCHMEM_OK;
}

benchmem_status set_stack_annotator(benchmem_stack_annotator function, void* context) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (window.phase != BENCHMEM_CLOSED) return BENCHMEM_WINDOW_OPEN;
  annotator_context.store(context, std::memory_order_relaxed);
  annotator.store(function, std::memory_order_release);
  return BENCHMEM_OK;
}

benchmem_status profile_read(uint64_t token, benchmem_profile_view* view) noexcept {
  ErrnoGuard guard;
  LockGuard lock(window.lock);
  if (!is_open_locked(token)) return BENCHMEM_NO_WINDOW;
  if (!allocation_profile.is_on()) return BENCHMEM_NO_PROFILE;
  if (window.phase != BENCHMEM_DRAINING) return BENCHMEM_WRONG_PHASE;
  window.ledger.settle_and_hold();
  if (moved_objects() != moved_before) allocation_profile.give_up(BENCHMEM_PROFILE_MOVED);
  check_locked(read_held_locked());
  window.ledger.reopen_held();
  allocation_profile.read(view);
  return figures_status_locked();
}

benchmem_status profile_objects(benchmem_profile_object* out, size_t* count) noexcept {
  ErrnoGuard guard;
  size_t found = 0;
  for (unsigned id = kEngineObject; id < kNotCounted; ++id) {
    uintptr_t base = 0;
    const char* const path = object_file(static_cast<ObjectId>(id), &base);
    if (path == nullptr) continue;
    if (found < *count) out[found] = {path, base, id, 0};
    ++found;
  }
  *count = found;
  return BENCHMEM_OK;
}

} // namespace benchmem::tracker
