// The window through its public face: ownership, phases, thread filter, older blocks, reallocs, sink, fork.
// Blocks are made-up addresses: the tracker never looks into them.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "tracker/record.h"
#include "tracker/tracker.h"
#include "tracker_checked_window.h"

using namespace benchmem;
using namespace benchmem::tracker;

namespace {

void* block_at(size_t index) { return made_up_block(0x5100, index * 257); } // no two begin in one page
const CallSite kNowhere{nullptr, nullptr};

void allocate(size_t index, size_t bytes, ObjectId object = kAddon) {
  record_allocation(block_at(index), bytes, object, nullptr);
}
BlockOrigin release(size_t index) { return record_free(block_at(index)); }

} // namespace

TEST_CASE("one window, counted exactly") {
  const uint64_t token = open_window();
  allocate(1, 100);
  allocate(2, 0);
  allocate(3, 5'000'000'000);
  CHECK(release(3) == BlockOrigin::kWindow);
  allocate(4, 50, kEngineObject);
  const benchmem_reading reading = close_window(token);
  const auto& program = reading.source[BENCHMEM_PROGRAM];
  CHECK(program.allocations == 3);
  CHECK(program.total_bytes == 5'000'000'100);
  CHECK(program.live_bytes == 100);
  CHECK(program.peak_bytes == 5'000'000'100);
  const auto& engine = reading.source[BENCHMEM_ENGINE];
  CHECK(engine.allocations == 1);
  CHECK(engine.peak_bytes == 50);
  CHECK(reading.sum_peak_bytes == 5'000'000'100);
}

TEST_CASE("a second window is refused, a wrong token too, and the first is unharmed") {
  const uint64_t token = open_window();
  const benchmem_window_options options{BENCHMEM_ALL_THREADS, 0};
  uint64_t other = 0;
  CHECK(window_open(&options, &other) == BENCHMEM_WINDOW_OPEN);
  benchmem_reading reading;
  CHECK(window_read(token + 1, &reading) == BENCHMEM_NO_WINDOW);
  CHECK(window_close(token + 1, nullptr) == BENCHMEM_NO_WINDOW);
  CHECK(window_drain(token + 1) == BENCHMEM_NO_WINDOW);
  allocate(1, 8);
  CHECK(close_window(token).source[BENCHMEM_PROGRAM].allocations == 1);
  CHECK(window_close(token, nullptr) == BENCHMEM_NO_WINDOW);
}

TEST_CASE("blocks of an earlier window are older ones, whatever their address held") {
  uint64_t token = open_window();
  allocate(1, 100);
  close_window(token);
  token = open_window();
  CHECK(release(1) == BlockOrigin::kOlder);
  record_older_free({112, kNotCounted}, kNowhere);
  allocate(1, 40);
  CHECK(release(1) == BlockOrigin::kWindow);
  const benchmem_reading reading = close_window(token);
  CHECK(reading.source[BENCHMEM_PROGRAM].live_bytes == 0);
  CHECK(reading.source[BENCHMEM_PROGRAM].peak_bytes == 40);
  CHECK(reading.source[BENCHMEM_PROGRAM].older_freed_blocks == 1);
  CHECK(reading.source[BENCHMEM_PROGRAM].older_freed_bytes == 112);
}

TEST_CASE("an older block is what it was asked for, and whose it was, where an earlier window saw it") {
  uint64_t token = open_window();
  allocate(1, 1'000'000);
  allocate(2, 40, kEngineObject);
  allocate(3, 100);
  close_window(token);
  token = open_window();
  const auto is = [](OlderBlock block, size_t bytes, ObjectId owner) {
    return block.bytes == bytes && block.owner == owner;
  };
  CHECK(is(take_older_block(block_at(1), 1'048'576), 1'000'000, kAddon));
  CHECK(is(take_older_block(block_at(1), 1'048'576), 1'048'576, kNotCounted)); // told once: the block is gone
  CHECK(is(take_older_block(block_at(2), 48), 40, kEngineObject));
  CHECK(is(take_older_block(block_at(3), 4096), 4096, kNotCounted)); // another block's place by now
  CHECK(is(take_older_block(block_at(4), 112), 112, kNotCounted));
  close_window(token);
}

// node frees what its platform made for a task of V8 where the caller is libuv.
TEST_CASE("an older block that the executable frees counts for whoever allocated it, if that was seen") {
  uint64_t token = open_window();
  allocate(1, 192, kEngineObject);
  allocate(2, 64);
  close_window(token);
  token = open_window();
  prepare_callers();
  const CallSite own{__builtin_return_address(0), nullptr};
  REQUIRE(is_executable(classify(own)));
  for (const size_t index : {1, 2, 3}) {
    CHECK(release(index) == BlockOrigin::kOlder);
    record_older_free(take_older_block(block_at(index), index == 1 ? 192 : 64), own);
  }
  const benchmem_reading reading = close_window(token);
  CHECK(reading.source[BENCHMEM_ENGINE].older_freed_blocks == 1);
  CHECK(reading.source[BENCHMEM_ENGINE].older_freed_bytes == 192);
  CHECK(reading.source[BENCHMEM_PROGRAM].older_freed_blocks == 2);
  CHECK(reading.source[BENCHMEM_PROGRAM].older_freed_bytes == 128);
}

// What is noted of the place may be of a block that was released while no window was open.
TEST_CASE("an older block that another caller frees is that caller's, whoever allocated what is known of its place") {
  uint64_t token = open_window();
  allocate(1, 192, kEngineObject);
  close_window(token);
  token = open_window();
  CHECK(release(1) == BlockOrigin::kOlder);
  record_older_free(take_older_block(block_at(1), 192), kNowhere);
  const benchmem_reading reading = close_window(token);
  CHECK(reading.source[BENCHMEM_ENGINE].older_freed_blocks == 0);
  CHECK(reading.source[BENCHMEM_PROGRAM].older_freed_bytes == 192);
}

TEST_CASE("tags start over without taking an ancient block for ours") {
  uint64_t token = open_window();
  allocate(77, 1000);
  close_window(token);
  for (int i = 0; i < 1030; ++i) {
    token = open_window();
    if (release(77) != BlockOrigin::kOlder) FAIL("window ", i, " took a block of another window");
    close_window(token);
  }
}

TEST_CASE("draining: figures are final, frees of window blocks lower live, new blocks do not exist") {
  const uint64_t token = open_window();
  allocate(1, 100);
  allocate(2, 200);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  CHECK(window_drain(token) == BENCHMEM_WRONG_PHASE);
  allocate(3, 1000);
  CHECK(release(1) == BlockOrigin::kWindow);
  CHECK(release(3) == BlockOrigin::kNotCounted);
  contribute(BENCHMEM_PART_JS, 1'000'000);
  const benchmem_reading reading = close_window(token);
  CHECK(reading.phase == BENCHMEM_DRAINING);
  CHECK(reading.source[BENCHMEM_PROGRAM].allocations == 2);
  CHECK(reading.source[BENCHMEM_PROGRAM].peak_bytes == 300);
  CHECK(reading.source[BENCHMEM_PROGRAM].live_bytes == 200);
  CHECK(reading.sum_peak_bytes == 300);
  CHECK(reading.source[BENCHMEM_PROGRAM].older_freed_blocks == 0);
}

TEST_CASE("one thread's window: membership is decided at allocation, any thread's free counts") {
  const uint64_t token = open_window(BENCHMEM_CURRENT_THREAD);
  allocate(1, 100);
  std::thread([] {
    allocate(2, 1000);
    CHECK(release(1) == BlockOrigin::kWindow);
  }).join();
  CHECK(release(2) == BlockOrigin::kNotCounted);
  allocate(3, 30);
  const benchmem_reading reading = close_window(token);
  CHECK(reading.source[BENCHMEM_PROGRAM].allocations == 2);
  CHECK(reading.source[BENCHMEM_PROGRAM].peak_bytes == 100);
  CHECK(reading.source[BENCHMEM_PROGRAM].live_bytes == 30);
}

TEST_CASE("a realloc is one allocation and one delta") {
  const uint64_t token = open_window();
  allocate(1, 100);
  TakenBlock taken = take_for_realloc(block_at(1));
  CHECK(taken.origin == BlockOrigin::kWindow);
  record_reallocation(block_at(2), 150, taken, {0, kNotCounted}, kNowhere); // moved and grown: never 250 at once
  taken = take_for_realloc(block_at(2));
  record_reallocation(block_at(2), 20, taken, {0, kNotCounted}, kNowhere); // shrunk in place
  taken = take_for_realloc(block_at(2));
  restore_after_failed_realloc(block_at(2), taken); // failed: nothing happened
  taken = take_for_realloc(block_at(50));           // predates the window
  CHECK(taken.origin == BlockOrigin::kOlder);
  record_reallocation(block_at(51), 7, taken, {64, kNotCounted}, kNowhere);
  CHECK(release(2) == BlockOrigin::kWindow);
  const benchmem_reading reading = close_window(token);
  const auto& program = reading.source[BENCHMEM_PROGRAM];
  CHECK(program.allocations == 4);
  CHECK(program.total_bytes == 100 + 150 + 20 + 7);
  CHECK(program.peak_bytes == 150);
  CHECK(program.live_bytes == 7);
  CHECK(program.older_freed_bytes == 64);
}

TEST_CASE("parts and native bytes make one sum with one mark") {
  const uint64_t token = open_window();
  allocate(1, 1000);
  contribute(BENCHMEM_PART_JS, 500);
  CHECK(release(1) == BlockOrigin::kWindow);
  contribute(BENCHMEM_PART_JS, 600);
  contribute(BENCHMEM_PART_JS, -1000);
  allocate(2, 1300);
  const benchmem_reading reading = close_window(token);
  CHECK(reading.sum_peak_bytes == 1500);
  CHECK(reading.program_at_peak_bytes == 1000);
  CHECK(reading.part_at_peak_bytes[BENCHMEM_PART_JS] == 500);
  CHECK(reading.part_peak_bytes[BENCHMEM_PART_JS] == 1100);
  CHECK(reading.source[BENCHMEM_PROGRAM].peak_bytes == 1300);
}

TEST_CASE("the sum now: exact at any instant while measuring, of every thread, and no change to the marks") {
  int64_t sum = -1;
  CHECK(sum_now(&sum) == BENCHMEM_NO_WINDOW);
  const uint64_t token = open_window();
  allocate(1, 1'000'000);
  contribute(BENCHMEM_PART_JS, 500);
  std::thread([] { allocate(2, 70); }).join();
  REQUIRE(sum_now(&sum) == BENCHMEM_OK);
  CHECK(sum == 1'000'570);
  release(1);
  allocate(3, 7, kEngineObject); // the engine's own is no part of it
  REQUIRE(sum_now(&sum) == BENCHMEM_OK);
  CHECK(sum == 570);
  contribute(BENCHMEM_PART_JS, -500);
  REQUIRE(sum_now(&sum) == BENCHMEM_OK);
  CHECK(sum == 70);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  CHECK(sum_now(&sum) == BENCHMEM_NO_WINDOW);
  CHECK(close_window(token).sum_peak_bytes == 1'000'570);
}

TEST_CASE("what a thread allocates while paused is nobody's, and its free is no older block's") {
  const uint64_t token = open_window();
  pause_current_thread();
  allocate(1, 100);
  resume_current_thread();
  CHECK(release(1) == BlockOrigin::kNotCounted);
  allocate(2, 5);
  CHECK(close_window(token).source[BENCHMEM_PROGRAM].total_bytes == 5);
}

TEST_CASE("bytes per shared object, most first, live bytes charged to who allocated") {
  const uint64_t token = open_window();
  allocate(1, 10, 20);
  allocate(2, 300, 21);
  allocate(3, 40, kEngineObject);
  CHECK(release(2) == BlockOrigin::kWindow);
  benchmem_object_totals rows[8];
  size_t count = 8;
  REQUIRE(window_objects(token, rows, &count) == BENCHMEM_OK);
  REQUIRE(count == 3);
  CHECK(rows[0].total_bytes == 300);
  CHECK(rows[0].live_bytes == 0);
  CHECK(rows[1].source == BENCHMEM_ENGINE);
  CHECK(rows[2].live_bytes == 10);
  count = 1;
  REQUIRE(window_objects(token, rows, &count) == BENCHMEM_OK);
  CHECK(count == 1);
  close_window(token);
}

TEST_CASE("the event sink sees every event, and its own allocations do not count") {
  struct Seen {
    std::vector<uint32_t> kinds;
    uint64_t bytes = 0;
  } seen;
  const benchmem_event_sink sink = [](const benchmem_event* event, void* context) {
    auto* all = static_cast<Seen*>(context);
    all->kinds.push_back(event->kind);
    all->bytes += event->bytes;
    allocate(900, 123456); // as if it had called malloc
  };
  const uint64_t token = open_window();
  REQUIRE(set_event_sink(sink, &seen) == BENCHMEM_OK);
  record_allocation(block_at(1), 10, kAddon, nullptr);
  record_reallocation(block_at(1), 25, take_for_realloc(block_at(1)), {0, kNotCounted}, kNowhere);
  release(1);
  REQUIRE(set_event_sink(nullptr, nullptr) == BENCHMEM_OK);
  record_allocation(block_at(2), 10, kAddon, nullptr);
  const benchmem_reading reading = close_window(token);
  CHECK(seen.kinds == std::vector<uint32_t>{BENCHMEM_EVENT_ALLOCATE, BENCHMEM_EVENT_REALLOCATE, BENCHMEM_EVENT_FREE});
  CHECK(seen.bytes == 10 + 25 + 25);
  CHECK(reading.source[BENCHMEM_PROGRAM].total_bytes == 45);
}

TEST_CASE("pressure: after each step allocated, and before the free that completes a step") {
  struct Calls {
    int count = 0;
    int64_t live_at_call = 0;
  } calls;
  const benchmem_pressure_callback callback = [](void* context) {
    auto* all = static_cast<Calls*>(context);
    ++all->count;
    CHECK(live_bytes_now(&all->live_at_call));
  };
  REQUIRE(watch_current_thread(callback, &calls, 1000) == BENCHMEM_OK);
  const uint64_t token = open_window();
  for (size_t i = 0; i < 10; ++i) allocate(i, 300);
  CHECK(calls.count == 2); // at 1200 and 2400
  CHECK(calls.live_at_call == 2400);
  allocate(20, 5000, kEngineObject); // the engine's allocations never call back
  CHECK(calls.count == 2);
  calls.count = 0;
  for (size_t i = 0; i < 4; ++i) release(i);
  CHECK(calls.count == 1);
  CHECK(calls.live_at_call == 5000 + 3000 - 900); // the fourth free is not yet in
  close_window(token);
  REQUIRE(watch_current_thread(nullptr, nullptr, 0) == BENCHMEM_OK);
}

TEST_CASE("a forked child starts with no window and can open one") {
  install_fork_handlers();
  const uint64_t token = open_window();
  allocate(1, 100);
  const pid_t child = fork();
  if (child == 0) {
    benchmem_reading reading;
    int wrong = window_read(token, &reading) == BENCHMEM_NO_WINDOW ? 0 : 1;
    wrong |= !window_is_open() ? 0 : 2;
    const benchmem_window_options options{BENCHMEM_ALL_THREADS, 0};
    uint64_t own = 0;
    wrong |= window_open(&options, &own) == BENCHMEM_OK ? 0 : 4;
    allocate(2, 30);
    wrong |= window_close(own, &reading) == BENCHMEM_OK && reading.source[0].total_bytes == 30 ? 0 : 8;
    _exit(wrong);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(close_window(token).source[BENCHMEM_PROGRAM].total_bytes == 100);
}
