// V8's own threads are held while an isolate collects, once somebody has asked for it: collections without V8.
#include <doctest/doctest.h>

#include "v8_heap_fake_isolates.h"

using namespace benchmem::v8_heap;
using namespace fake_isolates;

namespace {

struct Observed {
  Fake fake;
  Observed() {
    on_thread_of(fake, [&] { fake.observer = HeapObserver::acquire(abi); });
    REQUIRE(fake.observer != nullptr);
  }
  ~Observed() {
    HeapObserver::collect_alone(false);
    on_thread_of(fake, [&] { fake.observer->release(); });
  }
  void begin(int type) { fake.prologue(fake.isolate(), type, 0, fake.context); }
  void end(int type) { fake.epilogue(fake.isolate(), type, 0, fake.context); }
};

// As second-pass weak callbacks nest one.
void check_nested_pairs(Observed& one) {
  one.begin(kMarkSweepCompact);
  one.begin(kScavenge);
  CHECK(holds == 1);
  one.end(kScavenge);
  CHECK(holds == 1);
  one.end(kMarkSweepCompact);
  CHECK(holds == 0);
}

} // namespace

TEST_CASE("collect alone: V8's threads are held while an isolate collects, if somebody asked for it") {
  Observed one;
  one.begin(kScavenge);
  CHECK(holds == 0);
  // It began before somebody asked: its end gives nothing back, because nobody took anything.
  HeapObserver::collect_alone(true);
  one.end(kScavenge);
  CHECK(holds == 0);

  SUBCASE("a young collection, and a full one") {
    for (const int type : {int{kScavenge}, int{kMarkSweepCompact}}) {
      one.begin(type);
      CHECK(holds == 1);
      one.end(type);
      CHECK(holds == 0);
    }
  }
  SUBCASE("a pair inside a pair is one collection") { check_nested_pairs(one); }
  SUBCASE("what moves no object holds nobody") {
    one.begin(kIncrementalMarkingStart);
    CHECK(holds == 0);
    one.end(kIncrementalMarkingStart);
    CHECK(holds == 0);
  }
  SUBCASE("an observer that started inside a pair sees the end of it only") {
    one.end(kScavenge);
    CHECK(holds == 0);
    check_nested_pairs(one); // whose depth is counted from none
  }
  SUBCASE("two isolates hold for themselves") {
    Observed other;
    one.begin(kScavenge);
    other.begin(kScavenge);
    CHECK(holds == 2);
    one.end(kScavenge);
    CHECK(holds == 1);
    other.end(kScavenge);
    CHECK(holds == 0);
  }
}
