// The colder side of a gate: entering where it is shared, waiting for an owner to get out, the process-wide barrier.

#include "tracker/thread_gate.h"

#include <cstdlib>
#include <linux/membarrier.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace benchmem {

__attribute__((noinline)) bool ThreadGate::enter_shared() noexcept {
  if (state_.load(std::memory_order_acquire) >= 0) return false;
  inside_.exchange(1, std::memory_order_seq_cst);
  if (state_.load(std::memory_order_seq_cst) < 0) return true;
  leave();
  return false;
}

void ThreadGate::await_outside() noexcept {
  // An owner is inside for some nanoseconds, unless it was preempted there: then it needs our core.
  for (unsigned spins = 0; inside_.load(std::memory_order_seq_cst) != 0; ++spins) {
    if (spins > 64) sched_yield();
  }
}

bool heavy_barrier_available() noexcept {
  static std::atomic<int> answer{-1};
  int known = answer.load(std::memory_order_relaxed);
  if (known < 0) {
    known = syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0 ? 1 : 0;
    answer.store(known, std::memory_order_relaxed);
  }
  return known == 1;
}

void heavy_barrier() noexcept {
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) == 0) return;
  // A forked child may have to register again. SAFETY: without the barrier no figure could be trusted.
  if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) != 0 ||
      syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0) != 0) {
    abort();
  }
}

} // namespace benchmem
