// While the gate is held no thread is at a task, and when it is released none is left over. Run under TSan too: what tasks write,
// holders read without a lock.
#include "kernel/task_gate.h"

#include <doctest/doctest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace {

using benchmem::TaskGate;

constexpr int64_t kMillisecond = 1'000'000;
constexpr int64_t kForEver = 3'600'000 * kMillisecond;

// What a thread does that waits for its first task, is signalled and begins it.
void begin_first_task(TaskGate& gate) {
  gate.will_wait(false);
  gate.signal_one();
  gate.has_woken();
  gate.begin_task();
}

// Begins and ends tasks until it is told to stop; waits for none.
class Busy {
 public:
  Busy(TaskGate& gate, unsigned threads) : gate_(gate) {
    for (unsigned each = 0; each < threads; ++each) threads_.emplace_back([this] { run(); });
  }
  ~Busy() {
    stopped_.store(true);
    for (std::thread& thread : threads_) thread.join();
  }
  std::atomic<int> at_task{0};
  std::atomic<uint64_t> tasks{0};

 private:
  void run() {
    while (!stopped_.load()) {
      if (!gate_.try_begin_task()) gate_.begin_task();
      at_task.fetch_add(1, std::memory_order_relaxed);
      tasks.fetch_add(1, std::memory_order_relaxed);
      at_task.fetch_sub(1, std::memory_order_relaxed);
      gate_.end_task();
    }
  }
  TaskGate& gate_;
  std::atomic<bool> stopped_{false};
  std::vector<std::thread> threads_;
};

// As node's: a queue under one lock, whose threads wait at one condition.
class Pool {
 public:
  Pool(TaskGate& gate, unsigned threads) : gate_(gate) {
    for (unsigned each = 0; each < threads; ++each) threads_.emplace_back([this] { run(); });
    // Whoever has not waited yet is no business of the gate's.
    for (std::unique_lock<std::mutex> guard(lock_); waits_ < threads;) {
      guard.unlock();
      std::this_thread::yield();
      guard.lock();
    }
  }
  ~Pool() {
    {
      std::lock_guard<std::mutex> guard(lock_);
      stopped_ = true;
      gate_.signal_all();
      handed_in_.notify_all();
    }
    for (std::thread& thread : threads_) thread.join();
  }
  void hand_in() {
    std::lock_guard<std::mutex> guard(lock_);
    ++tasks_;
    gate_.signal_one();
    handed_in_.notify_one();
  }
  uint64_t done = 0; // not atomic: TSan tells where the gate orders nothing

 private:
  void run() {
    bool has_woken = false;
    std::unique_lock<std::mutex> guard(lock_);
    for (;;) {
      while (tasks_ == 0 && !stopped_) {
        if (has_woken) gate_.end_task();
        gate_.will_wait(has_woken);
        ++waits_;
        handed_in_.wait(guard);
        gate_.has_woken();
        has_woken = true;
        if (gate_.try_begin_task()) continue;
        guard.unlock();
        gate_.begin_task();
        guard.lock();
      }
      if (tasks_ == 0) return;
      --tasks_;
      ++done;
    }
  }
  TaskGate& gate_;
  std::mutex lock_;
  std::condition_variable handed_in_;
  unsigned tasks_ = 0;
  unsigned waits_ = 0;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

} // namespace

TEST_CASE("task gate: what was handed in while it was held is done when it is released") {
  TaskGate gate({kForEver, kForEver});
  Pool pool(gate, 4);
  uint64_t handed_in = 0;
  for (int round = 0; round < 3000; ++round) {
    gate.hold();
    const uint64_t before = pool.done;
    for (int task = 0; task < round % 6; ++task, ++handed_in) pool.hand_in();
    CHECK(pool.done == before);
    gate.release();
    CHECK(pool.done == handed_in);
  }
}

TEST_CASE("task gate: while it is held nobody is at a task, however many hold it") {
  TaskGate gate({kForEver, kForEver});
  Busy pool(gate, 3);
  std::atomic<int> breaches{0};
  std::vector<std::thread> holders;
  for (int holder = 0; holder < 2; ++holder) {
    holders.emplace_back([&] {
      for (int round = 0; round < 2000; ++round) {
        gate.hold();
        const uint64_t before = pool.tasks.load(std::memory_order_relaxed);
        for (int look = 0; look < 50; ++look) {
          if (pool.at_task.load(std::memory_order_relaxed) != 0) breaches.fetch_add(1);
        }
        if (pool.tasks.load(std::memory_order_relaxed) != before) breaches.fetch_add(1);
        gate.release();
      }
    });
  }
  for (std::thread& holder : holders) holder.join();
  CHECK(breaches.load() == 0);
  const uint64_t after = pool.tasks.load();
  while (pool.tasks.load() == after) std::this_thread::yield(); // and at the end they go on
}

TEST_CASE("task gate: what a task wrote is there for whoever holds") {
  TaskGate gate({kForEver, kForEver});
  uint64_t written = 0; // not atomic: TSan tells where the gate orders nothing
  std::thread thread([&] {
    for (int round = 0; round < 2000; ++round) {
      gate.begin_task();
      ++written;
      gate.end_task();
    }
  });
  uint64_t seen = 0;
  while (seen < 2000) {
    gate.hold();
    CHECK(written >= seen);
    seen = written;
    gate.release();
  }
  thread.join();
}

TEST_CASE("task gate: the last release lets them go") {
  TaskGate gate({kForEver, kForEver});
  gate.hold();
  gate.hold();
  gate.release();
  CHECK_FALSE(gate.try_begin_task());
  gate.release();
  CHECK(gate.try_begin_task());
}

TEST_CASE("task gate: a long task is waited for once, and the next one again") {
  TaskGate gate({kMillisecond, kForEver});
  gate.signal_one(); // nobody waits: nothing is on its way
  begin_first_task(gate);
  gate.hold();
  CHECK(gate.gave_up());
  gate.release();
  CHECK(gate.gave_up());
  gate.end_task();
  gate.will_wait(true);
  CHECK_FALSE(gate.gave_up());
  gate.has_woken(); // by itself
  gate.begin_task();
  gate.hold();
  CHECK(gate.gave_up());
  gate.end_task();
}

TEST_CASE("task gate: a thread that waits too long begins all the same") {
  TaskGate gate({kMillisecond, kMillisecond});
  gate.hold();
  gate.begin_task();
  gate.end_task();
  CHECK_FALSE(gate.try_begin_task()); // it is held still
  gate.release();
}

TEST_CASE("task gate: a release does not wait for threads that the next holder keeps back") {
  TaskGate gate({kForEver, kForEver});
  gate.will_wait(false);
  gate.hold();
  gate.signal_one(); // its thread never gets to run here
  std::thread next([&] {
    gate.hold();
    // The other one's release ends, whether it came before this hold or after it.
  });
  gate.release();
  next.join();
  CHECK_FALSE(gate.gave_up());
}

// A count that were left over would be waited for without end.
TEST_CASE("task gate: a forked child owes nothing to the threads that it does not have") {
  TaskGate gate({kForEver, kForEver});
  begin_first_task(gate);
  gate.reset_after_fork();
  gate.hold();
  CHECK_FALSE(gate.try_begin_task());
  gate.release();
  CHECK(gate.try_begin_task());
}
