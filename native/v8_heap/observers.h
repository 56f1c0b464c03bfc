// The observers of all isolates and the window they take part in: what the files of HeapObserver share.
// Must not be seen outside of them.
#ifndef BENCHMEM_V8_HEAP_OBSERVERS_H_
#define BENCHMEM_V8_HEAP_OBSERVERS_H_

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

#include "v8_heap/heap_observer.h"
#include "v8_heap/near_live.h"
#include "v8_heap/unobserved.h"

namespace benchmem::v8_heap {

// Of a watched thread: after so many bytes of the program its isolate is read.
constexpr uint64_t kPressureStep = 65536;

// WHY: this is the system call, because the C libraries that we run with need not have its wrapper.
inline pid_t current_thread() noexcept { return static_cast<pid_t>(syscall(SYS_gettid)); }

// 0.1 ms.
void sleep_between_looks() noexcept;

// INVARIANT: under `lock`, `measuring` says whether the tracker takes contributions for `window`; opening and
// draining change both in one critical section, so no delta of one window ever reaches another.
// Lock order: this lock, then the tracker's. The tracker calls on_pressure outside of its own locks.
struct Observers {
  std::mutex lock;
  std::atomic<bool> measuring{false};
  uint64_t window = 0;
  bool owner_only = false;                      // a window of one thread covers one isolate
  std::atomic<bool> keeps_garbage_small{false}; // changes under the lock
  NearLive near_live;
  int64_t ended_total = 0; // what isolates that ended in `window` had allocated in it
  int64_t ended_pages = 0; // of isolates that ended since `window` opened, at their end: V8 may keep them for others
  UnobservedPages unobserved;
  bool knows_unobserved = false;     // in `window`
  int64_t opening_physical = 0;      // touched pages of all observed isolates when `window` opened
  int64_t opening_embedded = 0;      // used bytes of all embedded isolates when `window` opened
  std::atomic<uint32_t> embedded{0}; // how many there are; changes under the lock
  uint64_t collections_asked = 0;    // how often isolates were asked to collect garbage
  uint64_t asked = 0;                // how often isolates were asked for a refresh
  uint32_t unread = 0;               // isolates that had not answered when `window` was drained
  HeapObserver* first = nullptr;
  HeapObserver* forgotten = nullptr; // out of the list, and not freed: V8 may call them
  // Between two looks at who has answered; without the lock. Tests count it, and have isolates answer in it.
  void (*between_looks)() noexcept = sleep_between_looks;
};

inline Observers shared;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_OBSERVERS_H_
