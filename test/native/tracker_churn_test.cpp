// Everything that threads do to the registry and the ledger at once: they begin and end inside windows, are watched,
// reallocate, free each other's blocks and ask for the sum, while another opens, reads, drains and closes. Mostly for TSan.
#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <mutex>
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
constexpr int kRounds = 200;
#else
constexpr int kRounds = 400;
#endif
constexpr size_t kThreads = 4;
constexpr size_t kSlots = 16;

// Two begin in each page; of these the first may be large.
void* block_at(size_t index) { return made_up_block(0x6400, index / 2 * 512 + index % 2 * 3); }
size_t most_bytes(size_t index) { return index % 2 == 0 ? 12'000 : 3000; }

// A block is owned by whoever holds its slot's lock: as an allocator orders a block's release and its next life.
struct Slot {
  std::mutex lock;
  bool live = false;
};
std::array<Slot, kSlots> slots;
std::atomic<bool> stop{false};
std::atomic<uint64_t> callbacks{0};
std::atomic<uint64_t> strays{0}; // callbacks on a thread that nobody watches, or with somebody else's context
thread_local bool watched = false;

void on_pressure(void*) {
  (watched ? callbacks : strays).fetch_add(1, std::memory_order_relaxed);
  contribute(BENCHMEM_PART_JS, 100);
  int64_t sum = 0;
  static_cast<void>(sum_now(&sum));
  contribute(BENCHMEM_PART_JS, -100);
}

int first_sink = 1;
int second_sink = 2;
void hear(const benchmem_event*, void* context, int number) {
  if (context == nullptr || *static_cast<int*>(context) != number) strays.fetch_add(1);
}
void on_first(const benchmem_event* event, void* context) { hear(event, context, 1); }
void on_second(const benchmem_event* event, void* context) { hear(event, context, 2); }

void watch(bool on) {
  watched = on;
  if (watch_current_thread(on ? on_pressure : nullptr, nullptr, 4096) != BENCHMEM_OK) strays.fetch_add(1);
}

void touch(std::mt19937& random) {
  const size_t index = random() % kSlots;
  const std::lock_guard<std::mutex> guard(slots[index].lock);
  if (!window_is_open()) return;
  void* block = block_at(index);
  const size_t bytes = random() % most_bytes(index);
  const ObjectId object = random() % 4 == 0 ? kEngineObject : kAddon;
  if (!slots[index].live) {
    record_allocation(block, bytes, object, nullptr);
    slots[index].live = true;
  } else if (random() % 3 == 0) {
    const TakenBlock taken = take_for_realloc(block);
    record_reallocation(block, bytes, taken, {0, kNotCounted}, {nullptr, nullptr});
  } else {
    if (record_free(block) == BlockOrigin::kOlder) record_older_free({8, kNotCounted}, {nullptr, nullptr});
    slots[index].live = false;
  }
}

// One life of a thread: watched or not, some events, the end inside whatever phase there is.
void live_once(unsigned seed) {
  std::mt19937 random(seed);
  if (seed % 2 == 0) watch(true);
  for (int event = 0; event < 200; ++event) touch(random);
  int64_t live = 0;
  static_cast<void>(live_bytes_now(&live));
  if (seed % 4 == 0) watch(false);
}

// Lives follow one another, so that blocks of ended threads are handed on all the time.
void keep_coming(unsigned seed) {
  while (!stop.load(std::memory_order_relaxed)) {
    std::thread(live_once, seed).join();
    seed += kThreads;
  }
}

void check_reading(const benchmem_reading& reading) {
  for (const benchmem_source_totals& source : reading.source) {
    if (source.live_bytes < 0 || source.live_bytes > source.peak_bytes) FAIL("an impossible instant");
    if (source.total_bytes > source.allocations * 12'000) FAIL("more bytes than the allocations can have had");
  }
}

void one_window(int round) {
  const uint64_t token = open_window(round % 4 == 3 ? BENCHMEM_CURRENT_THREAD : BENCHMEM_ALL_THREADS);
  benchmem_reading reading;
  std::array<benchmem_object_totals, 4> rows;
  for (int i = 0; i < 8; ++i) {
    REQUIRE(window_read(token, &reading) == BENCHMEM_OK);
    check_reading(reading);
    size_t count = rows.size();
    REQUIRE(window_objects(token, rows.data(), &count) == BENCHMEM_OK);
    if (round % 5 == 0) {
      const bool first = i % 2 == 0;
      REQUIRE(set_event_sink(first ? on_first : on_second, first ? &first_sink : &second_sink) == BENCHMEM_OK);
    }
    std::this_thread::yield();
  }
  REQUIRE(set_event_sink(nullptr, nullptr) == BENCHMEM_OK);
  if (round % 2 == 0) {
    REQUIRE(window_drain(token) == BENCHMEM_OK);
    REQUIRE(window_read(token, &reading) == BENCHMEM_OK);
    check_reading(reading);
  }
  check_reading(close_window(token));
}

} // namespace

TEST_CASE("threads begin, end, are watched and reallocate while windows open, read, drain and close") {
  stop.store(false);
  std::vector<std::thread> threads;
  for (unsigned seed = 1; seed <= kThreads; ++seed) threads.emplace_back(keep_coming, seed);
  for (int round = 0; round < kRounds; ++round) one_window(round);
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  CHECK(callbacks.load() > 0);
  CHECK(strays.load() == 0);
}
