// A profile through the tracker's public face: every kind of event is in it, whatever is not the window's is not, and the
// stacks have together what the window has, on one thread and on many.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "profile/frame_key.h"
#include "profile_read_all.h"
#include "tracker/pool_blocks.h"
#include "tracker/record.h"
#include "tracker/tracker.h"
#include "tracker_checked_window.h"

using namespace benchmem;
using namespace benchmem::tracker;
using profile::ReadProfile;

namespace {

const CallSite kNowhere{nullptr, nullptr};
alignas(16) char pool[4096];

void* block_at(size_t index) { return made_up_block(0x7300, index * 257); } // no two begin in one page

struct Profiling {
  Profiling() { REQUIRE(profile_switch(1) == BENCHMEM_OK); }
  ~Profiling() { CHECK(profile_switch(0) == BENCHMEM_OK); }
};

// A call site of its own, with this function's caller above it.
__attribute__((noinline)) void allocate(size_t index, size_t bytes, ObjectId object = kAddon) {
  record_allocation(block_at(index), bytes, object, __builtin_return_address(0));
}
void release(size_t index) { static_cast<void>(record_free(block_at(index))); }
// Its caller is no engine's: the new block is the program's.
void reallocate(size_t from, size_t to, size_t bytes) {
  const TakenBlock taken = take_for_realloc(block_at(from));
  record_reallocation(block_at(to), bytes, taken, {0, kNotCounted}, {__builtin_return_address(0), nullptr});
}

ReadProfile read(uint64_t token) {
  return profile::read_all([token](benchmem_profile_view* view) { REQUIRE(profile_read(token, view) == BENCHMEM_OK); });
}

// The profile is whole, and has what the window has.
void check_agrees(const ReadProfile& found, uint64_t token) {
  benchmem_reading reading;
  REQUIRE(window_read(token, &reading) == BENCHMEM_OK);
  const benchmem_source_totals& program = reading.source[BENCHMEM_PROGRAM];
  INFO("the figure that differs: ", found.view.difference.figure);
  REQUIRE(found.view.trouble == BENCHMEM_PROFILE_WHOLE);
  const ReadProfile::Columns sums = found.sums();
  CHECK(sums[0] == static_cast<int64_t>(program.allocations));
  CHECK(sums[1] == static_cast<int64_t>(program.total_bytes));
  CHECK(sums[4] == program.live_bytes);
  CHECK(sums[6] == program.peak_bytes);
  CHECK(sums[8] == reading.program_at_peak_bytes);
}

} // namespace

TEST_CASE("a profile has every kind of event, and follows frees after the drain") {
  const Profiling profiling;
  const uint64_t token = open_window();
  allocate(1, 100);
  allocate(2, 5000);
  allocate(3, 700, kEngineObject);
  contribute(BENCHMEM_PART_JS, 300);
  reallocate(1, 4, 250);
  reallocate(3, 5, 800); // from the engine's to the program's
  const TakenBlock taken = take_for_realloc(block_at(2));
  restore_after_failed_realloc(block_at(2), taken);
  pool_block_allocated(pool, 64, kNowhere);
  pool_block_allocated(pool + 64, 32, kNowhere);
  contribute(BENCHMEM_PART_JS, 90);
  pool_blocks_cleared(pool, 64, kNowhere);
  contribute(BENCHMEM_PART_JS, -390);
  pause_current_thread();
  allocate(6, 9999);
  resume_current_thread();
  std::thread([] { release(4); }).join();
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  const ReadProfile at_drain = read(token);
  check_agrees(at_drain, token);
  CHECK(at_drain.sums()[4] == 5000 + 800 + 32);
  CHECK(at_drain.sums()[3] == 3);
  allocate(7, 1);
  release(2);
  release(5);
  const ReadProfile later = read(token);
  check_agrees(later, token);
  CHECK(later.sums()[4] == 32);
  CHECK(later.sums()[2] == at_drain.sums()[2]);
  pool_blocks_cleared(pool, sizeof(pool), kNowhere);
  close_window(token);
}

TEST_CASE("a window's profile knows no block of another window") {
  const Profiling profiling;
  uint64_t token = open_window();
  allocate(1, 100);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  close_window(token);
  token = open_window();
  release(1);
  allocate(2, 40);
  const TakenBlock older = take_for_realloc(block_at(9));
  record_reallocation(block_at(9), 70, older, {64, kNotCounted}, kNowhere);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  const ReadProfile found = read(token);
  check_agrees(found, token);
  CHECK(found.sums()[0] == 2);
  CHECK(found.sums()[4] == 110);
  close_window(token);
}

TEST_CASE("a profile of one thread's window has no other thread's allocations") {
  const Profiling profiling;
  const uint64_t token = open_window(BENCHMEM_CURRENT_THREAD);
  allocate(1, 100);
  std::thread([] {
    allocate(2, 1000);
    release(1);
    const TakenBlock taken = take_for_realloc(block_at(3));
    record_reallocation(block_at(3), 8, taken, {0, kNotCounted}, kNowhere);
  }).join();
  allocate(4, 30);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  const ReadProfile found = read(token);
  check_agrees(found, token);
  CHECK(found.sums()[0] == 2);
  close_window(token);
}

TEST_CASE("a stack begins with its thread, and an allocation's stack leads to its caller") {
  const Profiling profiling;
  const uint64_t token = open_window();
  allocate(1, 16);
  std::thread([] { allocate(2, 32); }).join();
  std::thread([] { allocate(3, 64); }).join(); // another thread, though it has the same pages
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  const ReadProfile found = read(token);
  check_agrees(found, token);
  REQUIRE(found.stacks.size() == 3);
  for (uint32_t thread = 0; thread < 3; ++thread) {
    const std::vector<uint64_t> path = found.path(thread);
    CHECK(path.front() == profile::thread_key(thread));
    CHECK(path.size() > 2);
    CHECK(profile::is_native(path.back()));
  }
  CHECK(std::count(found.rules.begin(), found.rules.end(), profile::kNoRule) >= 3);
  close_window(token);
}

TEST_CASE("a temporary block is freed by its own thread, with at most one allocation in between") {
  const Profiling profiling;
  const uint64_t token = open_window();
  allocate(1, 8);
  release(1); // one
  allocate(2, 8);
  allocate(3, 8);
  release(2); // two
  allocate(4, 8);
  allocate(5, 8);
  release(3); // not: two in between
  std::thread([] { release(5); }).join();
  reallocate(4, 6, 16); // three: block 4 is gone with one in between
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  CHECK(read(token).sums()[2] == 3);
  release(6);
  CHECK(read(token).sums()[2] == 3);
  close_window(token);
}

TEST_CASE("a profile is read of a window that drains and began with one, and is switched outside of windows") {
  benchmem_profile_view view{};
  uint64_t token = open_window();
  CHECK(profile_switch(1) == BENCHMEM_WINDOW_OPEN);
  CHECK(set_stack_annotator(nullptr, nullptr) == BENCHMEM_WINDOW_OPEN);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  CHECK(profile_read(token, &view) == BENCHMEM_NO_PROFILE);
  close_window(token);
  const Profiling profiling;
  CHECK(profile_read(token, &view) == BENCHMEM_NO_WINDOW);
  token = open_window();
  CHECK(profile_read(token, &view) == BENCHMEM_WRONG_PHASE);
  CHECK(profile_read(token + 1, &view) == BENCHMEM_NO_WINDOW);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  const ReadProfile empty = read(token);
  check_agrees(empty, token);
  CHECK(empty.stacks.empty());
  CHECK(empty.nodes.size() == 2);
  close_window(token);
}

namespace {

std::atomic<int> annotated{0};
void annotate(const benchmem_walked_frame* frames, size_t count, uint64_t* keys, void* context) {
  CHECK(context == &annotated);
  CHECK(count > 0);
  CHECK(frames[0].pc != nullptr);
  annotated.fetch_add(1);
  keys[0] = profile::kJavaScript | 7;
  record_allocation(block_at(50), 1'000'000, kAddon, nullptr); // its own allocations are in no figure
  record_free(block_at(50));
}

} // namespace

TEST_CASE("an annotator names frames, and what it allocates counts nowhere") {
  const Profiling profiling;
  REQUIRE(set_stack_annotator(annotate, &annotated) == BENCHMEM_OK);
  const uint64_t token = open_window();
  allocate(1, 16);
  allocate(2, 16, kEngineObject);
  REQUIRE(window_drain(token) == BENCHMEM_OK);
  const ReadProfile found = read(token);
  check_agrees(found, token);
  CHECK(annotated.load() == 1);
  REQUIRE(found.stacks.size() == 1);
  CHECK(found.path(0).back() == (profile::kJavaScript | 7));
  close_window(token);
  REQUIRE(set_stack_annotator(nullptr, nullptr) == BENCHMEM_OK);
}

namespace {

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
constexpr int kRounds = 40;
#else
constexpr int kRounds = 150;
#endif
constexpr size_t kSlots = 64;

// A block is owned by whoever holds its slot's lock: as an allocator orders a block's release and its next life.
struct Slot {
  std::mutex lock;
  bool live = false;
};
std::array<Slot, kSlots> slots;
std::atomic<bool> stop{false};

void* shared_block(size_t index) { return made_up_block(0x7400, index * 257); }

__attribute__((noinline)) void touch_deeper(std::mt19937& random, int depth) {
  if (depth > 0) {
    touch_deeper(random, depth - 1);
    __asm__ volatile(""); // no tail call
    return;
  }
  const size_t index = random() % kSlots;
  const std::lock_guard<std::mutex> guard(slots[index].lock);
  if (!window_is_open()) return;
  void* block = shared_block(index);
  const CallSite site{__builtin_return_address(0), nullptr};
  if (!slots[index].live) {
    record_allocation(block, random() % 9000, random() % 4 == 0 ? kEngineObject : kAddon, site.return_address);
    slots[index].live = true;
  } else if (random() % 3 == 0) {
    const TakenBlock taken = take_for_realloc(block);
    if (random() % 4 == 0) return restore_after_failed_realloc(block, taken);
    record_reallocation(block, random() % 9000, taken, {0, kNotCounted}, site);
  } else {
    if (record_free(block) == BlockOrigin::kOlder) record_older_free({8, kNotCounted}, kNowhere);
    slots[index].live = false;
  }
}

void live_once(unsigned seed) {
  std::mt19937 random(seed);
  for (int event = 0; event < 150; ++event) {
    touch_deeper(random, static_cast<int>(random() % 6));
    if (random() % 8 == 0) contribute(BENCHMEM_PART_JS, static_cast<int64_t>(random() % 4000) - 2000);
  }
}
void keep_coming(unsigned seed) {
  while (!stop.load(std::memory_order_relaxed)) {
    std::thread(live_once, seed).join();
    seed += 4;
  }
}

} // namespace

TEST_CASE("threads that come and go have whole profiles, window after window") {
  stop.store(false);
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= 4; ++seed) threads.emplace_back(keep_coming, seed);
  int wrong = 0;
  uint64_t allocations = 0;
  for (int round = 0; round < kRounds; ++round) {
    REQUIRE(profile_switch(round % 5 == 4 ? 0 : 1) == BENCHMEM_OK);
    const uint64_t token = open_window(round % 4 == 3 ? BENCHMEM_CURRENT_THREAD : BENCHMEM_ALL_THREADS);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    REQUIRE(window_drain(token) == BENCHMEM_OK);
    for (int reads = 0; reads < 2 && round % 5 != 4; ++reads) {
      const ReadProfile found = read(token);
      allocations += static_cast<uint64_t>(found.sums()[0]);
      if (found.view.trouble != BENCHMEM_PROFILE_WHOLE) ++wrong;
      std::this_thread::yield();
    }
    close_window(token);
  }
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  REQUIRE(profile_switch(0) == BENCHMEM_OK);
  CHECK(wrong == 0);
  CHECK(allocations > 0);
}
