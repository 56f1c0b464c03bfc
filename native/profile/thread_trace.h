// What a profile keeps per thread: the stack of its present event, that of its last one, and who it is in the profile.
// Lives on mapped pages, of which only what is used is touched. The stack is written by its thread without a lock, all
// else under the profile's.
#ifndef BENCHMEM_PROFILE_THREAD_TRACE_H_
#define BENCHMEM_PROFILE_THREAD_TRACE_H_

#include <cstddef>
#include <cstdint>

#include "callers/stack_walk.h"
#include "kernel/raw_pages.h"
#include "profile/stack_table.h"

namespace benchmem::profile {

struct ThreadTrace {
  // WHY: there are so many, because that is more than V8's stack of 984 KB holds.
  static constexpr size_t kMostWalked = 16 * 1024;
  static constexpr size_t kMostFrames = kMostWalked + 2; // and `[truncated]`, and the thread

  uint64_t window = 0;     // the profile's window that the next three belong to; 0: none
  uint32_t number = 0;     // in order of first events
  uint64_t serial = 0;     // of its last allocation
  bool in_passing = false; // made for one event of a thread that keeps none: it is about to end
  size_t last_count = 0;
  size_t count = 0; // frames of the present event but the thread's; 0: its stack was not taken

  FrameKey keys[kMostFrames];
  FrameRuleKind rules[kMostFrames];
  FrameKey last_keys[kMostFrames];
  uint32_t last_nodes[kMostFrames];
  WalkedFrame walked[kMostWalked];

  // The thread has ended: the next one that gets these pages is another.
  void forget_thread() noexcept { window = 0; }
};

// PERF: not constructed: zeroed pages are an empty trace, and nothing but what is used is touched. Null when the kernel
// refuses.
inline ThreadTrace* make_trace() noexcept { return static_cast<ThreadTrace*>(map_pages(sizeof(ThreadTrace))); }
inline void unmake_trace(ThreadTrace* trace) noexcept { unmap_pages(trace, sizeof(ThreadTrace)); }

} // namespace benchmem::profile

#endif // BENCHMEM_PROFILE_THREAD_TRACE_H_
