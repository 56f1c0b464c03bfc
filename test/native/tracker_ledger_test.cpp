// The exact marks: random interleavings of several threads' events, driven one at a time, against a model that
// is nothing but a running sum and its maximum.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include "tracker/ledger.h"

using namespace benchmem;

namespace {

struct Model {
  int64_t live[BENCHMEM_SOURCE_COUNT] = {};
  int64_t mark[BENCHMEM_SOURCE_COUNT] = {};
  int64_t parts[BENCHMEM_PART_COUNT] = {};
  int64_t part_mark[BENCHMEM_PART_COUNT] = {};
  int64_t sum_mark = 0;
  int64_t program_at_mark = 0;
  int64_t part_at_mark[BENCHMEM_PART_COUNT] = {};

  void changed() {
    for (int s = 0; s < BENCHMEM_SOURCE_COUNT; ++s) mark[s] = std::max(mark[s], live[s]);
    for (int p = 0; p < BENCHMEM_PART_COUNT; ++p) part_mark[p] = std::max(part_mark[p], parts[p]);
    int64_t sum = live[BENCHMEM_PROGRAM];
    for (int64_t part : parts) sum += part;
    if (sum <= sum_mark) return;
    sum_mark = sum;
    program_at_mark = live[BENCHMEM_PROGRAM];
    std::copy(std::begin(parts), std::end(parts), std::begin(part_at_mark));
  }
};

constexpr ObjectId kProgramObject = 7;
ObjectId object_of(benchmem_source source) { return source == BENCHMEM_ENGINE ? kEngineObject : kProgramObject; }

// One event as the tracker records it: at the gate, else the slow form.
void allocate(Ledger& ledger, ThreadBlock& block, benchmem_source source, int64_t bytes) {
  bool done = false;
  if (block.gate.enter()) {
    done = block.try_allocate(object_of(source), bytes) ||
           (block.credit[source].recycle(block.pressure[source]) && block.try_allocate(object_of(source), bytes));
    block.gate.leave();
  }
  if (done) return;
  ledger.attach(&block, true);
  ledger.add(&block, source, bytes);
}

void release(Ledger& ledger, ThreadBlock& block, benchmem_source source, int64_t bytes) {
  bool done = false;
  if (block.gate.enter()) {
    done = block.try_free(object_of(source), bytes) || block.try_counted_free(object_of(source), bytes);
    block.gate.leave();
  }
  if (done) return;
  ledger.attach(&block, true);
  ledger.subtract(&block, source, bytes);
}

struct Walk {
  uint64_t seed;
  int threads;
  int events;
  int64_t largest;
  int grow_percent;
};

void run_walk(const Walk& walk, bool biased) {
  std::mt19937_64 random(walk.seed);
  std::vector<std::unique_ptr<ThreadBlock>> blocks;
  for (int i = 0; i < walk.threads; ++i) blocks.push_back(std::make_unique<ThreadBlock>());
  Ledger ledger;
  ledger.open(1 + walk.seed % 255, biased);
  Model model;
  std::vector<int64_t> live_blocks[BENCHMEM_SOURCE_COUNT];
  for (int i = 0; i < walk.events; ++i) {
    ThreadBlock& block = *blocks[random() % blocks.size()];
    const auto source = random() % 4 == 0 ? BENCHMEM_ENGINE : BENCHMEM_PROGRAM;
    const uint64_t kind = random() % 1000;
    if (kind < 20) {
      const auto part = random() % 2 == 0 ? BENCHMEM_PART_JS : BENCHMEM_PART_MAPPED_OTHER;
      int64_t delta = static_cast<int64_t>(random() % (walk.largest * 8 + 1)) - walk.largest * 3;
      ledger.contribute(random() % 2 ? nullptr : (block.attached ? &block : nullptr), part, delta);
      model.parts[part] += delta;
      model.changed();
    } else if (kind < 24) {
      ledger.settle(nullptr);
      for (int s = 0; s < BENCHMEM_SOURCE_COUNT; ++s) {
        REQUIRE(ledger.live(static_cast<benchmem_source>(s)) == model.live[s]);
        REQUIRE(ledger.mark(static_cast<benchmem_source>(s)) == model.mark[s]);
      }
    } else if (kind < 26) {
      ledger.detach(&block); // its thread ends
    } else if (random() % 100 < static_cast<uint64_t>(walk.grow_percent) || live_blocks[source].empty()) {
      const int64_t bytes = random() % (walk.largest + 1);
      allocate(ledger, block, source, bytes);
      live_blocks[source].push_back(bytes);
      model.live[source] += bytes;
      model.changed();
    } else {
      const size_t index = random() % live_blocks[source].size();
      const int64_t bytes = live_blocks[source][index];
      live_blocks[source][index] = live_blocks[source].back();
      live_blocks[source].pop_back();
      release(ledger, block, source, bytes);
      model.live[source] -= bytes;
    }
    REQUIRE(ledger.is_valid());
  }
  ledger.close_all();
  CAPTURE(walk.seed);
  for (int s = 0; s < BENCHMEM_SOURCE_COUNT; ++s) {
    CHECK(ledger.live(static_cast<benchmem_source>(s)) == model.live[s]);
    CHECK(ledger.mark(static_cast<benchmem_source>(s)) == model.mark[s]);
  }
  CHECK(ledger.sum_mark().sum == model.sum_mark);
  CHECK(ledger.sum_mark().program == model.program_at_mark);
  for (int p = 0; p < BENCHMEM_PART_COUNT; ++p) {
    CHECK(ledger.sum_mark().part[p] == model.part_at_mark[p]);
    CHECK(ledger.part_mark(static_cast<benchmem_part>(p)) == model.part_mark[p]);
  }
}

} // namespace

TEST_CASE("marks, live bytes and parts agree with the model over random interleavings") {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    const int64_t largest = seed % 3 == 0 ? 3'000'000 : seed % 3 == 1 ? 3000 : 100'000;
    run_walk({seed, 1 + static_cast<int>(seed % 13), 20000, largest, 45 + static_cast<int>(seed % 12)}, seed % 2 == 0);
  }
}

TEST_CASE("pure growth by many threads settles a constant number of times") {
  std::vector<std::unique_ptr<ThreadBlock>> blocks;
  for (int i = 0; i < 64; ++i) blocks.push_back(std::make_unique<ThreadBlock>());
  Ledger ledger;
  ledger.open(3, true);
  for (int round = 0; round < 1000; ++round) {
    for (auto& block : blocks) allocate(ledger, *block, BENCHMEM_PROGRAM, 100);
  }
  CHECK(ledger.settlements() <= 2);
  ledger.settle(nullptr);
  CHECK(ledger.mark(BENCHMEM_PROGRAM) == 64 * 1000 * 100);
}

TEST_CASE("an idle thread is not visited by later settlements") {
  ThreadBlock busy, idle;
  Ledger ledger;
  ledger.open(4, true);
  allocate(ledger, idle, BENCHMEM_PROGRAM, 10);
  allocate(ledger, busy, BENCHMEM_PROGRAM, 10);
  for (int i = 0; i < 3; ++i) ledger.settle(nullptr);
  CHECK_FALSE(idle.attached);
  CHECK_FALSE(idle.gate.enter());
  release(ledger, idle, BENCHMEM_PROGRAM, 10);
  CHECK(idle.attached);
  ledger.close_all();
  CHECK(ledger.live(BENCHMEM_PROGRAM) == 10);
  CHECK(ledger.mark(BENCHMEM_PROGRAM) == 20);
}
