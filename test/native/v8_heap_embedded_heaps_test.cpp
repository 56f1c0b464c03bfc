// Isolates that addons make: in the sum and the total from their making to their end, read only by who runs them. Against
// a model that adds up what each allocated and holds; and run by threads that hand them on, under TSan.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <thread>

#include "v8_heap_fake_isolates.h"

using namespace benchmem::v8_heap;
using namespace fake_isolates;

namespace {

void answer_at_once() noexcept {}

// The one that measures, and its windows.
class Measuring {
 public:
  Measuring() {
    shared.between_looks = answer_at_once;
    on_thread_of(owner_, [&] { owner_.observer = HeapObserver::acquire(abi); });
    REQUIRE(owner_.observer != nullptr);
  }
  ~Measuring() {
    on_thread_of(owner_, [&] { owner_.observer->release(); });
    shared.between_looks = sleep_between_looks;
    engine_bytes = -1;
  }
  void open(uint32_t threads = BENCHMEM_ALL_THREADS) {
    WindowRequest request{};
    request.tracked.threads = threads;
    uint64_t token = 0;
    on_thread_of(owner_, [&] { REQUIRE(owner_.observer->open_window(request, &token) == BENCHMEM_OK); });
  }
  HeapFigures read() {
    benchmem_reading reading;
    HeapFigures figures;
    on_thread_of(owner_, [&] { REQUIRE(owner_.observer->read_window(1, &reading, &figures) == BENCHMEM_OK); });
    return figures;
  }
  HeapFigures drain_and_close() {
    benchmem_reading reading;
    HeapFigures figures;
    on_thread_of(owner_, [&] {
      CHECK(owner_.observer->drain_window(1) == BENCHMEM_OK);
      uncollected = owner_.observer->collect_others();
      CHECK(owner_.observer->close_window(1, &reading, &figures) == BENCHMEM_OK);
    });
    return figures;
  }
  Fake& owner() { return owner_; }

  uint32_t uncollected = 0;

 private:
  Fake owner_;
};

bool is_heard(const Fake& fake) { return fake.prologue != nullptr && fake.epilogue != nullptr; }
void make(Fake& fake) { HeapObserver::embedded_made(abi, fake.isolate()); }
void end(Fake& fake) { HeapObserver::embedded_ends(fake.isolate()); }

// Runs `act` in it, as an addon does.
template <class Act>
void visit(Fake& fake, Act act) {
  std::lock_guard<std::mutex> locker(fake.locker);
  on_thread_of(fake, [&] {
    HeapObserver::embedded_entered(fake.isolate());
    act();
    HeapObserver::embedded_leaves(fake.isolate());
  });
}
void collect(Fake& fake, size_t left) {
  fake.prologue(fake.isolate(), kMarkSweepCompact, 0, fake.context);
  fake.used = left;
  fake.epilogue(fake.isolate(), kMarkSweepCompact, 0, fake.context);
}
void grow(Fake& fake, size_t bytes) {
  visit(fake, [&] { fake.used += bytes; });
}

} // namespace

TEST_CASE("one that is made and disposed of inside a window is in the peak and in the total, and gone from the sum") {
  Measuring measuring;
  measuring.open();
  Fake embedded;
  embedded.used = 500;
  make(embedded);
  CHECK(contributed == 500);
  visit(embedded, [&] {
    embedded.used = 9000;
    collect(embedded, 2000);
    embedded.used = 6000;
  });
  CHECK(contributed == 6000);
  end(embedded);
  CHECK(contributed == 0);
  CHECK(most_contributed == 9000);
  CHECK_FALSE(is_heard(embedded));
  const HeapFigures figures = measuring.drain_and_close();
  CHECK(figures.total_bytes == 13000);
  CHECK(figures.embedded_used_bytes == 0);
  CHECK(figures.embedded_standing == 0);
}

TEST_CASE("one from before the window adds what it grows by, from its level at the opening") {
  Measuring measuring;
  Fake embedded;
  make(embedded);
  grow(embedded, 4000);
  measuring.open();
  CHECK(contributed == 0);
  grow(embedded, 700);
  CHECK(contributed == 700);
  const HeapFigures figures = measuring.drain_and_close();
  CHECK(figures.total_bytes == 700);
  CHECK(figures.embedded_opening_bytes == 5000);
  CHECK(figures.embedded_used_bytes == 5700);
  CHECK(figures.embedded_standing == 1);
  end(embedded);
}

TEST_CASE("one that nobody ran in the window is neither standing garbage nor in the sum") {
  Measuring measuring;
  Fake embedded;
  make(embedded);
  measuring.open();
  const HeapFigures figures = measuring.drain_and_close();
  CHECK(figures.embedded_standing == 0);
  CHECK(figures.embedded_used_bytes == figures.embedded_opening_bytes);
  CHECK(figures.total_bytes == 0);
  end(embedded);
}

TEST_CASE("one that idles is asked for nothing, awaited by nobody and never collected") {
  Measuring measuring;
  Fake embedded;
  make(embedded);
  measuring.open();
  grow(embedded, 100);
  const HeapFigures figures = measuring.drain_and_close();
  CHECK(embedded.interrupts.empty());
  CHECK(embedded.collections == 0);
  CHECK(figures.unread_isolates == 0);
  CHECK(measuring.uncollected == 0);
  end(embedded);
}

TEST_CASE("one that runs at the drain is asked, and counted where it does not answer") {
  Measuring measuring;
  Fake embedded;
  make(embedded);
  measuring.open();
  visit(embedded, [&] {
    CHECK(measuring.drain_and_close().unread_isolates == 1);
    CHECK(embedded.interrupts.size() == 1);
    run_javascript(embedded); // late: it finds no window, and collects nothing
    CHECK(embedded.collections == 0);
  });
  measuring.open();
  CHECK(measuring.drain_and_close().unread_isolates == 0);
  end(embedded);
}

TEST_CASE("one is not read by a thread that has it as its current one, and let another lock it") {
  Measuring measuring;
  measuring.open();
  Fake embedded;
  make(embedded);
  visit(embedded, [&] {
    embedded.used = 9000;
    is_locked = false;
    watching(measuring.owner().observer); // the thread allocates
    CHECK(contributed == 1000);
    is_locked = true;
    watching(measuring.owner().observer);
    CHECK(contributed == 9000);
  });
  end(embedded);
  measuring.drain_and_close();
}

TEST_CASE("a window of one thread has none of it") {
  Measuring measuring;
  Fake embedded;
  make(embedded);
  measuring.open(BENCHMEM_CURRENT_THREAD);
  grow(embedded, 5000);
  CHECK(contributed == 0);
  const HeapFigures figures = measuring.drain_and_close();
  CHECK(figures.total_bytes == 0);
  CHECK(figures.embedded_used_bytes == 0);
  CHECK(figures.embedded_opening_bytes == 0);
  end(embedded);
}

TEST_CASE("one that ended where nobody saw it gives way to the next at its address, and V8 is asked nothing") {
  Measuring measuring;
  measuring.open();
  Fake embedded;
  make(embedded);
  grow(embedded, 5000);
  CHECK(contributed == 6000);
  embedded.prologue = nullptr; // what V8 forgets with it
  embedded.used = 300;
  make(embedded);
  CHECK(contributed == 300);
  CHECK(is_heard(embedded));
  CHECK(measuring.drain_and_close().total_bytes == 6300);
  end(embedded);
}

TEST_CASE("pages of one that is observed are no unobserved ones, nor those that V8 may keep when it shrinks or ends") {
  Measuring measuring;
  engine_bytes = 50000;
  measuring.open();
  Fake embedded;
  embedded.pages = 4000;
  make(embedded);
  engine_bytes = 54000;
  CHECK(measuring.read().unobserved_bytes == 0);
  visit(embedded, [&] {
    embedded.pages = 30000;
    collect(embedded, 1000);
    embedded.pages = 6000;
  });
  engine_bytes = 80000; // V8 has given nothing back yet
  CHECK(measuring.read().unobserved_bytes == 0);
  end(embedded);
  CHECK(measuring.read().unobserved_bytes == 0);
  engine_bytes = 90000; // somebody else's
  CHECK(measuring.read().unobserved_bytes == 10000);
  measuring.drain_and_close();
}

TEST_CASE("those that are forgotten are in no figure any more, whatever V8 tells of them") {
  Measuring measuring;
  Fake embedded;
  make(embedded);
  HeapObserver::forget_embedded();
  measuring.open();
  grow(embedded, 5000);
  collect(embedded, 100);
  embedded.used = 9000;
  collect(embedded, 8000);
  CHECK(contributed == 0);
  const HeapFigures figures = measuring.drain_and_close();
  CHECK(figures.total_bytes == 0);
  CHECK(figures.embedded_used_bytes == 0);
  end(embedded); // nobody is there to be told
  CHECK(is_heard(embedded));
  make(embedded);
  measuring.open();
  grow(embedded, 100);
  CHECK(contributed == 100);
  measuring.drain_and_close();
  end(embedded);
}

// Of each isolate: what it holds above its level at the opening, and what it allocated since.
TEST_CASE("sum, peak and total are those of a model, whatever is made, run, collected and disposed of in what order") {
  struct Modelled {
    std::unique_ptr<Fake> fake = std::make_unique<Fake>();
    int64_t baseline = 0;
    int64_t share() const { return std::max<int64_t>(0, static_cast<int64_t>(fake->used) - baseline); }
  };
  for (uint32_t seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto upto = [&](size_t most) { return static_cast<size_t>(random() % (most + 1)); };
    Measuring measuring;
    std::vector<Modelled> all;
    for (int window = 0; window < 4; ++window) {
      measuring.open();
      int64_t total = 0;
      int64_t peak = 0;
      for (Modelled& each : all) each.baseline = static_cast<int64_t>(each.fake->used);
      const auto sum = [&] {
        int64_t held = 0;
        for (const Modelled& each : all) held += each.share();
        peak = std::max(peak, held);
        return held;
      };
      for (int step = 0; step < 60; ++step) {
        const size_t what = upto(9);
        if (what < 3 || all.empty()) {
          Modelled born;
          born.fake->used = upto(2000);
          make(*born.fake);
          total += static_cast<int64_t>(born.fake->used);
          all.push_back(std::move(born));
        } else if (what < 5) {
          const size_t index = upto(all.size() - 1);
          end(*all[index].fake);
          all.erase(all.begin() + static_cast<std::ptrdiff_t>(index));
        } else {
          Fake& fake = *all[upto(all.size() - 1)].fake;
          visit(fake, [&] {
            const size_t bytes = upto(5000);
            fake.used += bytes;
            total += static_cast<int64_t>(bytes);
            if (what < 8) return;
            sum(); // what a collection finds is looked at before it
            collect(fake, upto(fake.used));
          });
        }
        REQUIRE(contributed == sum());
      }
      CHECK(measuring.drain_and_close().total_bytes == total);
      CHECK(most_contributed == peak);
    }
    for (Modelled& each : all) end(*each.fake);
  }
}

TEST_CASE("threads hand isolates on, make and dispose of them while another thread opens and drains windows") {
  Measuring measuring;
  std::atomic<bool> stop{false};
  Fake handed_on[2];
  for (Fake& each : handed_on) make(each);
  std::vector<std::thread> pool;
  for (int thread = 0; thread < 3; ++thread) {
    pool.emplace_back([&, thread] {
      std::mt19937 random(static_cast<uint32_t>(thread));
      while (!stop) {
        visit(handed_on[random() % 2], [&] { current->used += 10; });
        for (Fake& each : handed_on) {
          visit(each, [&] {
            for (auto& [callback, context] : take_interrupts(each)) callback(each.isolate(), context);
            if (random() % 4 == 0) collect(each, 500);
          });
        }
        Fake own;
        make(own);
        grow(own, 100);
        end(own);
      }
    });
  }
  for (int window = 0; window < 50; ++window) {
    measuring.open();
    std::this_thread::yield();
    const HeapFigures figures = measuring.drain_and_close();
    CHECK(figures.total_bytes >= 0);
    CHECK(contributed >= 0);
  }
  stop = true;
  for (std::thread& each : pool) each.join();
  for (Fake& each : handed_on) end(each);
}
