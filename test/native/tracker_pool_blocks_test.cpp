// Reported blocks in windows and outside of them; threads that report at once; reports that break the rules.
#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "tracker/pool_blocks.h"
#include "tracker/tracker.h"

using namespace benchmem;

namespace {

const CallSite kSite = {nullptr, nullptr};
alignas(16) char room[4][64 * 1024];

struct Opened {
  uint64_t token = 0;
  Opened() {
    const benchmem_window_options options = {BENCHMEM_ALL_THREADS, 0};
    REQUIRE(tracker::window_open(&options, &token) == BENCHMEM_OK);
  }
  benchmem_source_totals program() const {
    benchmem_reading reading;
    REQUIRE(tracker::window_read(token, &reading) == BENCHMEM_OK);
    return reading.source[BENCHMEM_PROGRAM];
  }
  benchmem_status close() const {
    benchmem_reading reading;
    return tracker::window_close(token, &reading);
  }
};

} // namespace

TEST_CASE("pool blocks: what an older one was asked for is known, and a clear drops all") {
  tracker::pool_block_allocated(room[0], 100, kSite);
  const Opened window;
  tracker::pool_block_allocated(room[0] + 112, 1, kSite);
  tracker::pool_block_allocated(room[0] + 128, 70, kSite);
  CHECK(window.program().live_bytes == 71);
  tracker::pool_blocks_cleared(room[0], sizeof(room[0]), kSite);
  const benchmem_source_totals program = window.program();
  CHECK(program.allocations == 2);
  CHECK(program.live_bytes == 0);
  CHECK(program.peak_bytes == 71);
  CHECK(program.older_freed_blocks == 1);
  CHECK(program.older_freed_bytes == 100);
  CHECK(window.close() == BENCHMEM_OK);
}

TEST_CASE("pool blocks: threads at once are exact") {
  const Opened window;
  std::vector<std::thread> threads;
  constexpr size_t kBlocks = 1000, kRounds = 20;
  for (auto& own : room) {
    threads.emplace_back([&own] {
      for (size_t round = 0; round != kRounds; ++round) {
        for (size_t i = 0; i != kBlocks; ++i) tracker::pool_block_allocated(own + 16 * i, i, kSite);
        for (size_t i = 0; i != kBlocks / 2; ++i) tracker::pool_block_freed(own + 16 * i, kSite);
        if (round + 1 != kRounds) tracker::pool_blocks_cleared(own, sizeof(own), kSite);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const benchmem_source_totals program = window.program();
  constexpr int64_t kAll = kBlocks * (kBlocks - 1) / 2, kFreed = (kBlocks / 2) * (kBlocks / 2 - 1) / 2;
  CHECK(program.live_bytes >= 4 * (kAll - kFreed));
  CHECK(program.total_bytes >= uint64_t{4 * kRounds * kAll});
  for (auto& own : room) tracker::pool_blocks_cleared(own, sizeof(own), kSite);
  CHECK(window.program().live_bytes == 0);
  CHECK(window.close() == BENCHMEM_OK);
}

TEST_CASE("pool blocks: a report that cannot be kept voids its window, and that one alone") {
  {
    const Opened window;
    tracker::pool_block_allocated(room[0] + 8, 1, kSite);
    CHECK(window.close() == BENCHMEM_INVALID_REPORT);
  }
  {
    const Opened window;
    tracker::pool_block_allocated(room[0], 1, kSite);
    tracker::pool_block_allocated(room[0], 1, kSite);
    CHECK(window.close() == BENCHMEM_INVALID_REPORT);
  }
  const Opened window;
  tracker::pool_block_allocated(room[0] + 16, 1, kSite);
  CHECK(window.close() == BENCHMEM_OK);
}
