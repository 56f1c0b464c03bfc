// A three-state futex lock (free, held, held with waiters): the tracker's one slow-path lock.
// WHY: pthread mutexes may be interposed or allocate; this one is a word and two system calls.
#ifndef BENCHMEM_KERNEL_FUTEX_LOCK_H_
#define BENCHMEM_KERNEL_FUTEX_LOCK_H_

#include <atomic>
#include <cstdint>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace benchmem {

// INVARIANT: state_ is kContended whenever a thread may sleep on it, so that unlock() wakes one.
class FutexLock {
 public:
  void lock() noexcept {
    uint32_t seen = kFree;
    if (state_.compare_exchange_strong(seen, kHeld, std::memory_order_acquire)) return;
    while (state_.exchange(kContended, std::memory_order_acquire) != kFree) {
      syscall(SYS_futex, &state_, FUTEX_WAIT_PRIVATE, kContended, nullptr, nullptr, 0);
    }
  }
  void unlock() noexcept {
    if (state_.exchange(kFree, std::memory_order_release) == kContended) {
      syscall(SYS_futex, &state_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
    }
  }
  // In a forked child only: its one thread owns everything, whoever held the lock before.
  void reset_after_fork() noexcept { state_.store(kFree, std::memory_order_relaxed); }

 private:
  static constexpr uint32_t kFree = 0, kHeld = 1, kContended = 2;
  std::atomic<uint32_t> state_{kFree};
};

class LockGuard {
 public:
  explicit LockGuard(FutexLock& lock) noexcept : lock_(lock) { lock_.lock(); }
  ~LockGuard() { lock_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  FutexLock& lock_;
};

} // namespace benchmem

#endif // BENCHMEM_KERNEL_FUTEX_LOCK_H_
