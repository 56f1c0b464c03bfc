// Every thread's block: made on a thread's first event, kept for its counters, handed on when the thread has gone.
// Blocks are never unmapped: a settler walks the list without asking whether its nodes still exist.
#ifndef BENCHMEM_TRACKER_THREAD_REGISTRY_H_
#define BENCHMEM_TRACKER_THREAD_REGISTRY_H_

#include "tracker/thread_block.h"

namespace benchmem {

// For threads that can have no block any more (or none yet): used under the tracker's lock only, its gate never opens.
extern ThreadBlock homeless_block __attribute__((visibility("hidden")));

// What the hooks look at first, never null. homeless_block, whose gate nobody enters: no block yet, paused, or the
// thread is ending: the slow path knows.
// PERF: initial-exec TLS, one load. One pointer is all that a dlopen'ed object may take of the static TLS block.
extern __thread ThreadBlock* tls_open_block __attribute__((tls_model("initial-exec"), visibility("hidden")));

class ThreadRegistry {
 public:
  // The current thread's block, made if need be. nullptr: while it is being made, after the thread's end, or out
  // of memory. Must be called without the tracker's lock.
  ThreadBlock* own_block() noexcept;
  bool paused() const noexcept;
  void pause() noexcept;
  void resume() noexcept;

  // Under the tracker's lock: first of all blocks ever made (next_block).
  ThreadBlock* all() const noexcept { return all_.load(std::memory_order_acquire); }
  void recycle(ThreadBlock* block) noexcept;
  void reset_after_fork() noexcept;

 private:
  ThreadBlock* take_block() noexcept;
  static void at_thread_exit(void* block) noexcept;

  std::atomic<ThreadBlock*> all_{nullptr};
};

extern ThreadRegistry thread_registry;

// The tracker's part of a thread's end: takes the block out of the ledger, so that its credits go back.
void release_ended_thread(ThreadBlock* block) noexcept;

} // namespace benchmem

#endif // BENCHMEM_TRACKER_THREAD_REGISTRY_H_
