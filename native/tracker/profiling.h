// The tracker's side of an allocation profile: each event's stack is taken before the window's lock, and counted under it.
// INVARIANT: gates stay closed while a profile is on. So every event comes through the lock, nobody holds credit that
// is spent already, and the ledger's sums are exact at each event: they are the profile's sums.
// Only the recordings, window.cpp, tracker.cpp and profiling.cpp see it.
#ifndef BENCHMEM_TRACKER_PROFILING_H_
#define BENCHMEM_TRACKER_PROFILING_H_

#include "profile/profile.h"
#include "tracker/window.h"

namespace benchmem::tracker {

extern profile::Profile allocation_profile __attribute__((visibility("hidden")));

// The current thread's stack, for one event. PERF: one load where no profile is on.
class EventStack {
 public:
  // Without the lock.
  EventStack(ThreadBlock* own, ObjectId object, CallSite site) noexcept {
    if (allocation_profile.is_on()) take(own, object, site);
  }
  ~EventStack() {
    if (trace_ != nullptr) let_go();
  }
  EventStack(const EventStack&) = delete;
  EventStack& operator=(const EventStack&) = delete;

  // Under the lock. Null: the kernel refused its pages.
  profile::ThreadTrace* trace_locked() noexcept {
    if (trace_ == nullptr) take_pages();
    return trace_;
  }

 private:
  void take(ThreadBlock* own, ObjectId object, CallSite site) noexcept;
  void take_pages() noexcept;
  void let_go() noexcept;

  profile::ThreadTrace* trace_ = nullptr;
};

// Under the lock, after the ledger has changed; nothing if no profile is on.
inline void profile_sum_locked() noexcept {
  if (!allocation_profile.is_on()) return;
  allocation_profile.note_sum(window.ledger.sum(), window.ledger.live(BENCHMEM_PROGRAM));
}
void profile_allocation_locked(EventStack& stack, const void* block, size_t bytes, ObjectId object) noexcept;
void profile_free_locked(const ThreadBlock* own, const void* block, const ShadowEntry& entry) noexcept;
// `counts`: the new block does. `note`: of the old one, which may be none.
void profile_reallocation_locked(EventStack& stack, const ThreadBlock* own, const profile::BlockNote& note,
                                 size_t old_bytes, const void* block, size_t bytes, ObjectId object,
                                 bool counts) noexcept;
profile::BlockNote take_note_locked(const void* block, const ShadowEntry& entry) noexcept;
void put_note(const void* block, const ShadowEntry& entry, const profile::BlockNote& note) noexcept;

void begin_profile_locked() noexcept;
// Measuring has ended with these figures: the profile's counts and marks are final too, and checked.
void end_profile_locked(const benchmem_reading& at_drain) noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_PROFILING_H_
