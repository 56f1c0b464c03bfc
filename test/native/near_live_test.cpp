// The rule of near-live peak against a model heap: live bytes, garbage, and collections that remove all of it.

#include <doctest/doctest.h>

#include <cstdint>

#include "v8_heap/near_live.h"

using benchmem::v8_heap::NearLive;

namespace {

// A program whose heap is looked at after each step, as after a scavenge.
struct ModelHeap {
  NearLive rule;
  int64_t live = 0;
  int64_t garbage = 0;
  int64_t peak = 0;
  int64_t live_peak = 0;

  ModelHeap() { rule.open(); }

  void step(int64_t live_change, int64_t new_garbage) {
    live += live_change;
    garbage += new_garbage;
    if (live > live_peak) live_peak = live;
    if (live + garbage > peak) peak = live + garbage;
    if (!rule.wants_collection(live + garbage)) return;
    collect();
    rule.forced();
  }
  void collect() {
    garbage = 0;
    rule.collected(live);
  }
};

constexpr int64_t kKiB = 1024;
constexpr int64_t kMiB = 1024 * kKiB;

} // namespace

TEST_CASE("near live: nothing is forced while the sum stays within the least slack") {
  NearLive rule;
  CHECK(rule.slack() == 256 * kKiB);
  CHECK_FALSE(rule.wants_collection(256 * kKiB));
  CHECK(rule.wants_collection(256 * kKiB + 1));
}

TEST_CASE("near live: the slack is 5 % of what a full collection left, from 5 MiB up") {
  NearLive rule;
  rule.collected(5 * kMiB);
  CHECK(rule.slack() == 5 * kMiB / 20);
  rule.collected(100 * kMiB);
  CHECK(rule.slack() == 5 * kMiB);
  CHECK_FALSE(rule.wants_collection(105 * kMiB));
  CHECK(rule.wants_collection(105 * kMiB + 1));
}

TEST_CASE("near live: a fixed slack takes the place of the rule's own, and doubles like it") {
  NearLive rule;
  rule.open(4 * kKiB);
  rule.collected(100 * kMiB);
  CHECK(rule.slack() == 4 * kKiB);
  CHECK(rule.wants_collection(100 * kMiB + 4 * kKiB + 1));
  for (int i = 0; i < 500; ++i) rule.forced();
  CHECK(rule.slack() == 8 * kKiB);
  rule.open();
  CHECK(rule.slack() == 256 * kKiB);
}

TEST_CASE("near live: a smaller sum does not tighten the rule, it cannot raise the mark") {
  NearLive rule;
  rule.collected(100 * kMiB);
  rule.collected(1 * kMiB);
  CHECK(rule.live() == 100 * kMiB);
  CHECK_FALSE(rule.wants_collection(104 * kMiB));
}

TEST_CASE("near live: each 500 forced collections double the slack, and it never overflows") {
  NearLive rule;
  for (int i = 0; i < 499; ++i) rule.forced();
  CHECK(rule.slack() == 256 * kKiB);
  rule.forced();
  CHECK(rule.slack() == 512 * kKiB);
  for (int i = 0; i < 500; ++i) rule.forced();
  CHECK(rule.slack() == 1024 * kKiB);
  CHECK(rule.forced_collections() == 1000);
  for (int i = 0; i < 100'000; ++i) rule.forced();
  rule.collected(INT64_C(1) << 42);
  CHECK(rule.slack() > 0);
}

TEST_CASE("near live: a collection of V8's own moves the rule and is not counted") {
  NearLive rule;
  rule.collected(40 * kMiB);
  CHECK(rule.forced_collections() == 0);
  CHECK(rule.slack() == 2 * kMiB);
}

TEST_CASE("near live: an opening forgets the window before") {
  NearLive rule;
  rule.collected(40 * kMiB);
  rule.forced();
  rule.open();
  CHECK(rule.live() == 0);
  CHECK(rule.forced_collections() == 0);
}

TEST_CASE("near live: churn over a growing heap stays between live and live + slack + one step") {
  constexpr int64_t kStep = 64 * kKiB;
  ModelHeap heap;
  for (int i = 0; i < 2'000; ++i) heap.step(4 * kKiB, kStep - 4 * kKiB);
  CHECK(heap.rule.forced_collections() > 100);
  CHECK(heap.rule.forced_collections() < 500);
  CHECK(heap.peak >= heap.live_peak);
  CHECK(heap.peak <= heap.live_peak + heap.rule.slack() + kStep);
}

TEST_CASE("near live: pure growth costs logarithmically many collections") {
  ModelHeap heap;
  for (int i = 0; i < 100'000; ++i) heap.step(kKiB, 0);
  CHECK(heap.peak == heap.live_peak);
  CHECK(heap.rule.forced_collections() < 100);
}

TEST_CASE("near live: garbage after a large heap was dropped does not raise the peak") {
  ModelHeap heap;
  heap.step(50 * kMiB, 0);
  heap.collect();
  heap.step(-50 * kMiB, 50 * kMiB);
  for (int i = 0; i < 5'000; ++i) heap.step(0, 64 * kKiB);
  CHECK(heap.peak <= heap.live_peak + heap.rule.slack() + 64 * kKiB);
}
