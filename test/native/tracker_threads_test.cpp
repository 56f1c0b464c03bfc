// Exactness across real threads: a maximum that is reached once and known, and walks that hand a token around.
// Run under TSan too: every field that two threads touch is ordered by the gates or the lock.
#include <doctest/doctest.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <random>
#include <thread>
#include <vector>

#include "tracker/record.h"
#include "tracker/tracker.h"
#include "tracker_checked_window.h"

using namespace benchmem;
using namespace benchmem::tracker;

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kRounds = 100;
#else
constexpr int kRounds = 1000;
#endif

// A thread's own range of made-up addresses.
void* block_at(size_t thread, size_t index) { return made_up_block(0x6200 + thread, index); }

class Barrier {
 public:
  explicit Barrier(unsigned count) { pthread_barrier_init(&barrier_, nullptr, count); }
  ~Barrier() { pthread_barrier_destroy(&barrier_); }
  void wait() { pthread_barrier_wait(&barrier_); }

 private:
  pthread_barrier_t barrier_;
};

} // namespace

// Each thread wanders with little, then all climb to their share of the maximum, meet there, and go down again
// with small bumps that stay below it. Every order of events has the same maximum.
TEST_CASE("twelve threads: a maximum reached once is the mark, every time") {
  constexpr size_t kThreads = 12;
  constexpr int64_t kShare = 100'000;
  Barrier barrier(kThreads + 1);
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t + 1));
      for (;;) {
        barrier.wait(); // the window is open
        if (stop.load()) return;
        for (int i = 0; i < 60; ++i) { // at most 3000 live here: 36,000 of 1,200,000 together
          record_allocation(block_at(t, 0), 1 + random() % 3000, kAddon, nullptr);
          record_free(block_at(t, 0));
        }
        int64_t left = kShare;
        size_t count = 0;
        while (left > 0) {
          const int64_t bytes = std::min<int64_t>(left, 1 + random() % 4000);
          record_allocation(block_at(t, ++count), static_cast<size_t>(bytes), kAddon, nullptr);
          left -= bytes;
        }
        barrier.wait(); // everything is held, once
        for (size_t i = 1; i <= count; ++i) {
          record_free(block_at(t, i));
          if (i + 2 > count) continue;
          record_allocation(block_at(t, 0), 0, kAddon, nullptr); // bumps the count, not the sum
          record_free(block_at(t, 0));
        }
        barrier.wait();
      }
    });
  }
  int wrong = 0;
  for (int round = 0; round < kRounds; ++round) {
    const uint64_t token = open_window();
    barrier.wait();
    barrier.wait();
    barrier.wait();
    const benchmem_reading reading = close_window(token);
    const auto& program = reading.source[BENCHMEM_PROGRAM];
    wrong += program.peak_bytes != kThreads * kShare || program.live_bytes != 0 ||
             reading.sum_peak_bytes != kThreads * kShare;
  }
  stop.store(true);
  barrier.wait();
  for (auto& thread : threads) thread.join();
  CHECK(wrong == 0);
}

// One thread at a time moves; credit stays outstanding on the others.
TEST_CASE("a token handed round nine threads: mark, live, count and total agree with the model") {
  constexpr size_t kThreads = 9;
  for (unsigned seed = 1; seed <= 6; ++seed) {
    std::mt19937 random(seed);
    Barrier barrier(kThreads);
    std::vector<size_t> sizes; // of live blocks; index in the pool is its address
    std::vector<size_t> free_slots;
    std::vector<std::pair<size_t, size_t>> live; // slot, bytes
    size_t next_slot = 0;
    int64_t sum = 0, mark = 0;
    uint64_t count = 0, total = 0;
    const uint64_t token = open_window();
    const auto turn = [&] {
      const int events = static_cast<int>(random() % 500);
      const bool grows = random() % 100 < 55;
      for (int i = 0; i < events; ++i) {
        if (live.empty() || random() % 10 < (grows ? 8u : 2u)) {
          const size_t bytes = random() % 3000;
          size_t slot = next_slot;
          if (free_slots.empty()) {
            ++next_slot;
          } else {
            slot = free_slots.back();
            free_slots.pop_back();
          }
          record_allocation(block_at(40, slot), bytes, kAddon, nullptr);
          live.emplace_back(slot, bytes);
          sum += static_cast<int64_t>(bytes);
          mark = std::max(mark, sum);
          ++count;
          total += bytes;
        } else {
          const size_t at = random() % live.size();
          REQUIRE(record_free(block_at(40, live[at].first)) == BlockOrigin::kWindow);
          sum -= static_cast<int64_t>(live[at].second);
          free_slots.push_back(live[at].first);
          live[at] = live.back();
          live.pop_back();
        }
      }
    };
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (size_t round = 0; round < 180; ++round) {
          barrier.wait();
          if (round % kThreads == t) turn();
        }
      });
    }
    for (auto& thread : threads) thread.join();
    const auto program = close_window(token).source[BENCHMEM_PROGRAM];
    CHECK(program.peak_bytes == mark);
    CHECK(program.live_bytes == sum);
    CHECK(program.allocations == count);
    CHECK(program.total_bytes == total);
  }
}

TEST_CASE("threads that come and go lose nothing, their blocks are handed on") {
  const uint64_t token = open_window();
  for (int round = 0; round < 50; ++round) {
    std::vector<std::thread> threads;
    for (size_t t = 0; t < 4; ++t) {
      threads.emplace_back([t, round] {
        for (size_t i = 0; i < 10; ++i) {
          record_allocation(block_at(t, static_cast<size_t>(round) * 10 + i), 7, kAddon, nullptr);
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  const benchmem_reading reading = close_window(token);
  CHECK(reading.source[BENCHMEM_PROGRAM].allocations == 50 * 4 * 10);
  CHECK(reading.source[BENCHMEM_PROGRAM].live_bytes == 50 * 4 * 10 * 7);
  CHECK(reading.source[BENCHMEM_PROGRAM].peak_bytes == 50 * 4 * 10 * 7);
  CHECK(reading.threads_seen <= 8);
}

TEST_CASE("windows open, drain, read and close under the load of running threads") {
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&stop, t] {
      std::mt19937 random(static_cast<unsigned>(t));
      while (!stop.load(std::memory_order_relaxed)) {
        if (!window_is_open()) continue;
        void* block = block_at(t, random() % 64);
        record_allocation(block, random() % 5000, random() % 3 == 0 ? kEngineObject : kAddon, nullptr);
        if (random() % 8 == 0) contribute(BENCHMEM_PART_JS, static_cast<int64_t>(random() % 2000) - 1000);
        record_free(block);
      }
    });
  }
  for (int round = 0; round < 300; ++round) {
    const uint64_t token = open_window();
    benchmem_reading reading;
    for (int i = 0; i < 5; ++i) {
      REQUIRE(window_read(token, &reading) == BENCHMEM_OK);
      for (const auto& source : reading.source) {
        if (source.live_bytes < 0 || source.live_bytes > source.peak_bytes) FAIL("an impossible instant");
        if (source.peak_bytes > 4 * 5000) FAIL("a mark above what four threads can hold");
      }
    }
    if (round % 2) REQUIRE(window_drain(token) == BENCHMEM_OK);
    close_window(token);
  }
  stop.store(true);
  for (auto& thread : threads) thread.join();
}

TEST_CASE("a reading under load holds whole events: every total is its count times the one size") {
  constexpr size_t kSize = 1000;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  const uint64_t token = open_window();
  for (size_t t = 0; t < 3; ++t) {
    threads.emplace_back([&stop, t] {
      for (size_t i = 0; !stop.load(std::memory_order_relaxed); ++i) {
        void* block = block_at(t, i % 8);
        record_allocation(block, kSize, kAddon, nullptr);
        record_free(block);
      }
    });
  }
  size_t torn = 0;
  for (int i = 0; i < 20 * kRounds; ++i) {
    for (std::atomic<int> spin{0}; spin < 1000; ++spin) {
    } // or the others would mostly wait for our lock
    benchmem_reading reading;
    REQUIRE(window_read(token, &reading) == BENCHMEM_OK);
    const auto& program = reading.source[BENCHMEM_PROGRAM];
    benchmem_object_totals row;
    size_t count = 1;
    REQUIRE(window_objects(token, &row, &count) == BENCHMEM_OK);
    torn += program.total_bytes != program.allocations * kSize;
    torn += program.live_bytes < 0 || program.live_bytes > static_cast<int64_t>(3 * kSize);
    torn += count == 1 && row.total_bytes != row.allocations * kSize;
  }
  stop.store(true);
  for (auto& thread : threads) thread.join();
  CHECK(torn == 0);
  close_window(token);
}

TEST_CASE("threads that allocate unwatched in a window of all threads are told of, others never") {
  static std::atomic<int> arrived;
  arrived = 0;
  const auto allocate_on_thread = [](size_t thread, bool watched) {
    std::thread([=] {
      if (watched) watch_current_thread([](void*) {}, nullptr, 1 << 20);
      record_allocation(block_at(thread, 0), 100, kAddon, nullptr);
      record_allocation(block_at(thread, 1), 100, kAddon, nullptr);
    }).join();
  };
  REQUIRE(watch_arrivals([](void* context) { ++*static_cast<std::atomic<int>*>(context); }, &arrived) == BENCHMEM_OK);
  allocate_on_thread(40, false);
  CHECK(arrived == 0); // no window
  {
    const uint64_t token = open_window();
    allocate_on_thread(41, false);
    CHECK(arrived == 1);
    allocate_on_thread(42, true);
    CHECK(arrived == 1);
    allocate_on_thread(43, false);
    CHECK(arrived == 2);
    close_window(token);
  }
  const uint64_t own = open_window(BENCHMEM_CURRENT_THREAD);
  allocate_on_thread(44, false);
  CHECK(arrived == 2);
  close_window(own);
  watch_arrivals(nullptr, nullptr);
  const uint64_t unheard = open_window();
  allocate_on_thread(45, false);
  CHECK(arrived == 2);
  close_window(unheard);
}
