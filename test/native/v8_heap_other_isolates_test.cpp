// Asking the isolates of other threads, and how long they are awaited: isolates without V8, which answer where the test
// says, between two looks of whoever waits. Time is counted in looks.
#include <doctest/doctest.h>

#include "v8_heap_fake_isolates.h"

using namespace benchmem::v8_heap;
using namespace fake_isolates;

namespace {

// 200 ms of 0.1 ms each. A drain does not wait after its last look.
constexpr int kMostLooks = 2000;
constexpr int kMostOfADrain = kMostLooks - 1;

int looks = 0;
void (*meanwhile)(int look) = nullptr; // what the other threads do at a look

void count_look() noexcept {
  ++looks;
  if (meanwhile != nullptr) meanwhile(looks);
}

// The one that measures, and another isolate, which can be woken.
struct Pair {
  Fake owner, other;

  Pair() {
    shared.between_looks = count_look;
    for (Fake* each : {&owner, &other}) {
      on_thread_of(*each, [&] { each->observer = HeapObserver::acquire(abi); });
      REQUIRE(each->observer != nullptr);
      each->observer->set_waker({[](void* fake) { static_cast<Fake*>(fake)->is_woken = true; }, each});
    }
    here = this;
  }
  ~Pair() {
    end(other);
    end(owner);
    meanwhile = nullptr;
    shared.between_looks = sleep_between_looks;
    here = nullptr;
  }
  static void end(Fake& fake) {
    if (fake.observer == nullptr) return;
    on_thread_of(fake, [&] { std::exchange(fake.observer, nullptr)->release(); });
  }
  // `act` is what the other isolate does at each look.
  uint32_t collect_others(void (*act)(int look)) {
    looks = 0;
    meanwhile = act;
    uint32_t left = 0;
    on_thread_of(owner, [&] { left = owner.observer->collect_others(); });
    return left;
  }
  uint32_t drain_and_close(void (*act)(int look)) {
    looks = 0;
    uint32_t unread = 0;
    on_thread_of(owner, [&] {
      uint64_t token = 0;
      REQUIRE(owner.observer->open_window({}, &token) == BENCHMEM_OK);
      meanwhile = act;
      CHECK(owner.observer->drain_window(token) == BENCHMEM_OK);
      benchmem_reading reading;
      HeapFigures figures;
      CHECK(owner.observer->close_window(token, &reading, &figures) == BENCHMEM_OK);
      unread = figures.unread_isolates;
    });
    return unread;
  }

  static inline Pair* here = nullptr;
};

void nobody_answers(int) {}
void serves_all(int) {
  run_javascript(Pair::here->other);
  take_turn(Pair::here->other);
}
void idles(int) { take_turn(Pair::here->other); }
void ends_at_the_third(int look) {
  if (look == 3) Pair::end(Pair::here->other);
}

} // namespace

// For all tests of the observers.
namespace benchmem::v8_heap {
const Symbols& symbols() noexcept { return table; }
void follow_listening(const benchmem_abi&, Isolate*) noexcept {}
} // namespace benchmem::v8_heap

TEST_CASE("an isolate that answers is collected twice, and its loop takes a turn: at each asking") {
  Pair pair;
  for (int asking = 1; asking <= 3; ++asking) {
    CHECK(pair.collect_others(serves_all) == 0);
    CHECK(pair.other.collections == 2 * asking);
    CHECK(looks < 10);
    CHECK(pair.owner.collections == 0); // its own are not asked for here
  }
}

TEST_CASE("one that only idles is woken, and collected by that") {
  Pair pair;
  CHECK(pair.collect_others(idles) == 0);
  CHECK(pair.other.collections == 2);
  CHECK(pair.collect_others(idles) == 0);
  CHECK(pair.other.collections == 4);
}

TEST_CASE("one that never answers is awaited for 200 ms, counted, and not asked for a collection again") {
  Pair pair;
  CHECK(pair.collect_others(nobody_answers) == 1);
  CHECK(looks == kMostLooks);
  CHECK(pair.other.interrupts.size() == 1);
  run_javascript(pair.other); // late
  take_turn(pair.other);
  CHECK(pair.other.collections == 0);
  CHECK(pair.collect_others(serves_all) == 1);
  CHECK(looks == 0);
  CHECK(pair.other.interrupts.empty());
}

TEST_CASE("one that ends meanwhile is awaited no longer, and its interrupt finds nobody") {
  Pair pair;
  CHECK(pair.collect_others(ends_at_the_third) == 0);
  CHECK(looks == 3);
  REQUIRE(pair.other.interrupts.size() == 1);
  run_javascript(pair.other);
  CHECK(pair.other.collections == 0);
  CHECK(pair.collect_others(nobody_answers) == 0);
  CHECK(looks == 0);
}

TEST_CASE("a drain awaits who answers, whom every drain asks anew") {
  Pair pair;
  for (int drain = 1; drain <= 3; ++drain) {
    CHECK(pair.drain_and_close(serves_all) == 0);
    CHECK(looks == 1);
  }
}

TEST_CASE(
    "a drain waits for 200 ms, counted, for one that does not answer; the next asks it, and waits once it answered") {
  Pair pair;
  CHECK(pair.drain_and_close(nobody_answers) == 1);
  CHECK(looks == kMostOfADrain);
  CHECK(pair.drain_and_close(nobody_answers) == 1);
  CHECK(looks == 0);
  CHECK(pair.other.is_woken); // asked all the same
  on_thread_of(pair.owner, [&] {
    uint64_t token = 0;
    REQUIRE(pair.owner.observer->open_window({}, &token) == BENCHMEM_OK);
    serves_all(0); // inside a window
    benchmem_reading reading;
    HeapFigures figures;
    CHECK(pair.owner.observer->close_window(token, &reading, &figures) == BENCHMEM_OK);
  });
  CHECK(pair.drain_and_close(nobody_answers) == 1);
  CHECK(looks == kMostOfADrain);
}

TEST_CASE("one that ends during a drain is not unread, and leaves the sum") {
  Pair pair;
  contributed = 0;
  CHECK(pair.drain_and_close(ends_at_the_third) == 0);
  CHECK(looks == 3);
  CHECK(contributed == 0);
}
