// Keeps the threads of a pool from beginning a task while somebody holds the gate, and lets them finish what they have when it is
// released. They wait for tasks at one condition, under one lock.
//
// INVARIANT: once hold() returned in time, no thread that has ever waited is at a task until the last release(), or until it has
// waited for too long. Whoever holds raises holders_ and then reads at_task_; whoever begins raises at_task_ and then reads
// holders_. All of it is sequentially consistent, so that one of the two at least sees the other: the thread steps back, or the
// holder waits for it.
// INVARIANT: once the last release() returned in time, every thread that was signalled before it waits again, and the queue is
// empty, unless somebody else holds by then: a thread counts as awake from the signal on, not from when the kernel lets it run.
// That needs every signal to come under the queue's lock, and nobody to wait there for a limited time.
// Everybody waits for a bounded time, because a task may be long, and a holder may need what a task has yet to do.
#ifndef BENCHMEM_KERNEL_TASK_GATE_H_
#define BENCHMEM_KERNEL_TASK_GATE_H_

#include <atomic>
#include <climits>
#include <cstdint>
#include <ctime>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace benchmem {

class TaskGate {
 public:
  struct Limits {
    int64_t holder_ns; // how long a holder waits for tasks to end; in vain, it does not wait again until all have ended
    int64_t thread_ns; // how long a thread waits for the release
  };
  explicit constexpr TaskGate(Limits limits) noexcept : limits_(limits) {}

  // Counted: several may hold it at once. No thread of the pool may call it.
  void hold() noexcept {
    holders_.fetch_add(1);
    await_none(at_task_, Until::kNone);
  }
  void release() noexcept {
    if (holders_.fetch_sub(1) != 1) return;
    wake_all(holders_);
    await_none(awake_, Until::kHeld);
  }

  // With the lock of the queue held: a thread is about to wait, one or all of those that wait are signalled, a thread has woken.
  void will_wait(bool has_woken_before) noexcept {
    waiting_.fetch_add(1);
    if (!has_woken_before || awake_.fetch_sub(1) != 1) return;
    gave_up_.store(false);
    if (awaited_.load() != 0) wake_all(awake_);
  }
  void signal_one() noexcept {
    if (waiting_.load() == 0) return;
    waiting_.fetch_sub(1);
    on_way_.fetch_add(1);
    awake_.fetch_add(1);
  }
  void signal_all() noexcept {
    while (waiting_.load() != 0) signal_one();
  }
  void has_woken() noexcept {
    if (on_way_.load() == 0) signal_one(); // nobody signalled it
    on_way_.fetch_sub(1);
  }

  // False: it is held, and nothing has begun.
  bool try_begin_task() noexcept {
    at_task_.fetch_add(1);
    if (holders_.load() == 0) return true;
    end_task();
    return false;
  }
  // Waits where it is held, with no lock that a holder may take.
  void begin_task() noexcept {
    const int64_t deadline = now_ns() + limits_.thread_ns;
    while (!try_begin_task()) {
      const uint32_t count = holders_.load();
      if (count == 0 || sleep(holders_, count, deadline)) continue;
      at_task_.fetch_add(1);
      return;
    }
  }
  void end_task() noexcept {
    if (at_task_.fetch_sub(1) == 1 && awaited_.load() != 0) wake_all(at_task_);
  }

  // For tests: a holder has waited in vain for tasks that are still at hand.
  bool gave_up() const noexcept { return gave_up_.load(); }

  // In a forked child only: its one thread is none of the pool's, and holds nothing.
  void reset_after_fork() noexcept {
    std::atomic<uint32_t>* const counts[] = {&holders_, &at_task_, &waiting_, &on_way_, &awake_, &awaited_};
    for (std::atomic<uint32_t>* count : counts) count->store(0);
    gave_up_.store(false);
  }

 private:
  enum class Until { kNone, kHeld };

  // WHY: a release ends when somebody else holds, because that one keeps the threads back, and waits for them at its own release. It
  // looks again each millisecond, because no hold wakes it.
  void await_none(std::atomic<uint32_t>& threads, Until until) noexcept {
    constexpr int64_t kSlice = 1'000'000;
    awaited_.fetch_add(1);
    const int64_t deadline = now_ns() + limits_.holder_ns;
    for (uint32_t count = threads.load(); count != 0 && !gave_up_.load(); count = threads.load()) {
      if (until == Until::kHeld && holders_.load() != 0) break;
      const int64_t now = now_ns();
      if (now >= deadline) {
        give_up();
      } else {
        sleep(threads, count, until == Until::kHeld && now + kSlice < deadline ? now + kSlice : deadline);
      }
    }
    awaited_.fetch_sub(1);
  }
  // The last thread may have gone to wait meanwhile: then there is nothing to give up.
  void give_up() noexcept {
    gave_up_.store(true);
    if (awake_.load() == 0 && at_task_.load() == 0) gave_up_.store(false);
  }
  static int64_t now_ns() noexcept {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }
  // While `word` is `seen`; false: the deadline has passed.
  static bool sleep(std::atomic<uint32_t>& word, uint32_t seen, int64_t deadline) noexcept {
    const int64_t left = deadline - now_ns();
    if (left <= 0) return false;
    const timespec time{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
    syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, &time, nullptr, 0);
    return true;
  }
  static void wake_all(std::atomic<uint32_t>& word) noexcept {
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
  }

  const Limits limits_;
  std::atomic<uint32_t> holders_{0};
  std::atomic<uint32_t> at_task_{0};
  // Threads that wait and were not signalled; that were, and have not woken; that do not wait any more.
  std::atomic<uint32_t> waiting_{0};
  std::atomic<uint32_t> on_way_{0};
  std::atomic<uint32_t> awake_{0};
  std::atomic<uint32_t> awaited_{0}; // holders in await_none()
  std::atomic<bool> gave_up_{false}; // on the tasks that are at hand
};

} // namespace benchmem

#endif // BENCHMEM_KERNEL_TASK_GATE_H_
