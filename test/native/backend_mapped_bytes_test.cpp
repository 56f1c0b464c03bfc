// The level and the mark of mapped bytes: arithmetic, windows, and exactness with several threads.
#include "backend/mapped_bytes.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using benchmem::MappedBytes;

TEST_CASE("mapped bytes: the level follows, the mark does not exist before a window") {
  MappedBytes bytes;
  bytes.start_at(4096);
  CHECK(bytes.add(8192) == 0);
  bytes.subtract(4096);
  CHECK(bytes.read().now == 8192);
  CHECK_FALSE(bytes.read().had_window);
}

TEST_CASE("mapped bytes: the mark is above the level at the opening, and raised only by a new maximum") {
  MappedBytes bytes;
  bytes.start_at(100'000);
  bytes.open_window();
  CHECK(bytes.read().had_window);
  CHECK(bytes.read().peak_above_opening == 0);
  const uint64_t first = bytes.add(4096);
  CHECK(first != 0);
  bytes.subtract(4096);
  CHECK(bytes.add(4096) == 0);
  CHECK(bytes.add(1) > first);
  CHECK(bytes.read().peak_above_opening == 4097);
  CHECK(bytes.read().now == 104'097);
}

TEST_CASE("mapped bytes: a level that falls below the opening leaves the mark at 0 until it is passed again") {
  MappedBytes bytes;
  bytes.start_at(10'000);
  bytes.open_window();
  bytes.subtract(9'000);
  CHECK(bytes.add(9'000) == 0);
  CHECK(bytes.read().peak_above_opening == 0);
  CHECK(bytes.add(500) != 0);
  CHECK(bytes.read().peak_above_opening == 500);
}

TEST_CASE("mapped bytes: a window ends, and the next one starts anew") {
  MappedBytes bytes;
  bytes.open_window();
  bytes.note_requested(bytes.add(4096), 77);
  bytes.freeze_window();
  CHECK(bytes.add(1 << 20) == 0);
  CHECK(bytes.read().peak_above_opening == 4096);
  CHECK(bytes.read().requested_at_peak == 77);
  bytes.open_window();
  CHECK(bytes.read().peak_above_opening == 0);
  CHECK(bytes.read().requested_at_peak == 0);
}

TEST_CASE("mapped bytes: requested bytes are noted for the mark that still stands") {
  MappedBytes bytes;
  bytes.open_window();
  const uint64_t older = bytes.add(4096);
  const uint64_t newer = bytes.add(4096);
  bytes.note_requested(newer, 8000);
  bytes.note_requested(older, 4000);
  CHECK(bytes.read().requested_at_peak == 8000);
  bytes.freeze_window();
  bytes.open_window();
  bytes.note_requested(newer, 8000);
  CHECK(bytes.read().requested_at_peak == 0);
}

TEST_CASE("mapped bytes: a forked child can go on while the parent held the lock") {
  MappedBytes bytes;
  bytes.open_window();
  bytes.reset_after_fork();
  CHECK(bytes.add(4096) == 0);
  CHECK(bytes.read().now == 4096);
}

TEST_CASE("mapped bytes: the maximum that all threads reach together is seen") {
  constexpr unsigned kThreads = 12;
  constexpr uint64_t kEach = 64 * 1024;
  for (int round = 0; round < 50; ++round) {
    MappedBytes bytes;
    bytes.start_at(kEach);
    bytes.open_window();
    std::atomic<unsigned> holding{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int turn = 0; turn < 100; ++turn) {
          bytes.add(512);
          bytes.subtract(512);
        }
        bytes.add(kEach);
        holding += 1;
        while (holding.load() < kThreads) std::this_thread::yield();
        bytes.subtract(kEach);
      });
    }
    for (std::thread& thread : threads) thread.join();
    // Nobody lets go before everybody holds, so the maximum is reached, and once.
    CHECK(bytes.read().peak_above_opening == kThreads * kEach);
    CHECK(bytes.read().now == kEach);
  }
}
