// The list of gauges and the two ways to ask one: an interrupt reaches running JavaScript, a wake-up an idle loop.
#include "v8_heap/heap_gauge.h"

#include <time.h>

#include <mutex>
#include <new>

#include "v8_heap/asked_collections.h"
#include "v8_heap/js_calls.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

// INVARIANT: a gauge is in the list exactly while its isolate lives and its `wake` may be called.
std::mutex list_lock;
HeapGauge* first_gauge = nullptr;
// Under the lock too: once it is set no isolate is interrupted and no loop is woken.
bool is_ending = false;

constexpr int kCollections = kScavenge | kMinorMarkSweep | kMarkSweepCompact;
// WHY: there is a bound, because a collection that takes longer belongs to a heap whose next answer is just as good.
constexpr unsigned kMostCollectionMs = 10000;

void sleep_a_millisecond() noexcept {
  const timespec pause = {0, 1000000};
  nanosleep(&pause, nullptr);
}

int64_t now_ns(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1000000000 + time.tv_nsec;
}

// How long something takes a program: its time by the clock, without what it waited for a processor that others use.
class Stopwatch {
 public:
  int64_t ns() const noexcept {
    const int64_t passed = now_ns(CLOCK_MONOTONIC) - begin_;
    const int64_t worked = now_ns(CLOCK_PROCESS_CPUTIME_ID) - worked_before_;
    return worked < passed ? worked : passed;
  }

 private:
  const int64_t begin_ = now_ns(CLOCK_MONOTONIC);
  const int64_t worked_before_ = now_ns(CLOCK_PROCESS_CPUTIME_ID);
};

} // namespace

HeapGauge* HeapGauge::start(const benchmem_abi& abi, Wake wake, void* wake_context) noexcept {
  Isolate* isolate = symbols().try_get_current();
  if (isolate == nullptr) return nullptr;
  Paused paused(abi);
  auto* gauge = new (std::nothrow) HeapGauge(abi, isolate, wake, wake_context);
  if (gauge == nullptr) return nullptr;
  symbols().add_gc_prologue(isolate, on_prologue, gauge, kCollections);
  symbols().add_gc_epilogue(isolate, on_epilogue, gauge, kCollections);
  count_js_calls(isolate);
  gauge->answer();
  std::lock_guard<std::mutex> guard(list_lock);
  HeapGauge** link = &first_gauge;
  while (*link != nullptr) link = &(*link)->next_;
  *link = gauge;
  return gauge;
}

void HeapGauge::stop() noexcept {
  {
    std::lock_guard<std::mutex> guard(list_lock);
    HeapGauge** link = &first_gauge;
    while (*link != this) link = &(*link)->next_;
    *link = next_;
  }
  const benchmem_abi& abi = abi_;
  Paused paused(abi);
  stop_counting_js_calls(isolate_);
  symbols().remove_gc_prologue(isolate_, on_prologue, this);
  symbols().remove_gc_epilogue(isolate_, on_epilogue, this);
  delete this;
}

void HeapGauge::read(bool collected) noexcept {
  HeapStatistics statistics;
  symbols().construct_heap_statistics(&statistics);
  symbols().get_heap_statistics(isolate_, &statistics);
  const auto used = static_cast<int64_t>(statistics.used_heap_size);
  const int64_t before = used_bytes_.load(std::memory_order_relaxed);
  if (!collected) allocated_bytes_.fetch_add(used - before, std::memory_order_relaxed);
  used_bytes_.store(used, std::memory_order_relaxed);
  if (used > peak_bytes_.load(std::memory_order_relaxed)) peak_bytes_.store(used, std::memory_order_relaxed);
  committed_bytes_.store(static_cast<int64_t>(statistics.total_heap_size), std::memory_order_relaxed);
  physical_bytes_.store(static_cast<int64_t>(statistics.total_physical_size), std::memory_order_relaxed);
  limit_bytes_.store(static_cast<int64_t>(statistics.heap_size_limit), std::memory_order_relaxed);
}

// WHY: LowMemoryNotification is not used, because it collects at least twice, and throws compiled code away.
void HeapGauge::collect() noexcept {
  collecting_.store(true, std::memory_order_release);
  const AskedCollection asked;
  const Stopwatch stopwatch;
  if (symbols().memory_pressure_notification != nullptr) {
    symbols().memory_pressure_notification(isolate_, kCriticalPressure);
  } else {
    symbols().low_memory_notification(isolate_);
  }
  collection_ns_.store(stopwatch.ns(), std::memory_order_relaxed);
}

void HeapGauge::answer() noexcept {
  if (collecting_.load(std::memory_order_relaxed)) return; // a collection's own callbacks may run interrupts
  const uint64_t asked = asked_.load(std::memory_order_acquire);
  const uint64_t collect_asked = collect_asked_.load(std::memory_order_acquire);
  if (collected_.load(std::memory_order_relaxed) < collect_asked) {
    collected_.store(collect_asked, std::memory_order_relaxed);
    collect();
  }
  read(false);
  answered_.store(asked, std::memory_order_release);
  collecting_.store(false, std::memory_order_release);
}

void HeapGauge::on_prologue(Isolate*, int, int, void* context) noexcept {
  static_cast<HeapGauge*>(context)->read(false);
}

void HeapGauge::on_epilogue(Isolate*, int type, int, void* context) noexcept {
  auto* self = static_cast<HeapGauge*>(context);
  self->read(true);
  if (type != kMarkSweepCompact) return;
  self->after_full_bytes_.store(self->used_bytes_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  self->full_collections_.fetch_add(1, std::memory_order_relaxed);
}

HeapGauge* HeapGauge::find_locked(const Isolate* isolate) noexcept {
  HeapGauge* each = first_gauge;
  while (each != nullptr && each->isolate_ != isolate) each = each->next_;
  return each;
}

// The gauge is found by its isolate: the one that was asked may be gone by now.
void HeapGauge::on_interrupt(Isolate* isolate, void*) noexcept {
  HeapGauge* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(list_lock);
    found = find_locked(isolate);
  }
  if (found != nullptr) found->answer(); // on its own thread: it cannot go
}

unsigned HeapGauge::unanswered_locked() noexcept {
  unsigned count = 0;
  for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
    if (each->answered_.load(std::memory_order_acquire) < each->asked_.load(std::memory_order_relaxed)) ++count;
  }
  return count;
}

bool HeapGauge::must_wait_locked(bool patient) noexcept {
  for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
    if (each->answered_.load(std::memory_order_acquire) >= each->asked_.load(std::memory_order_relaxed)) continue;
    if (patient || each->collecting_.load(std::memory_order_acquire)) return true;
  }
  return false;
}

int64_t HeapGauge::ask_all(const benchmem_abi& abi, unsigned most_ms, bool collect,
                           const std::atomic<bool>& stop) noexcept {
  {
    Paused paused(abi);
    std::lock_guard<std::mutex> guard(list_lock);
    if (is_ending) return 0;
    for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
      const uint64_t number = each->asked_.fetch_add(1, std::memory_order_acq_rel) + 1;
      if (collect) each->collect_asked_.store(number, std::memory_order_release);
      symbols().request_interrupt(each->isolate_, on_interrupt, nullptr);
      if (each->wake_ != nullptr) each->wake_(each->wake_context_);
    }
  }
  for (unsigned waited = 0; waited < most_ms + kMostCollectionMs && !stop.load(std::memory_order_acquire); ++waited) {
    {
      std::lock_guard<std::mutex> guard(list_lock);
      if (!must_wait_locked(waited < most_ms)) break;
    }
    sleep_a_millisecond();
  }
  int64_t longest_ns = 0;
  std::lock_guard<std::mutex> guard(list_lock);
  for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
    const int64_t took = each->collection_ns_.load(std::memory_order_relaxed);
    if (took > longest_ns) longest_ns = took;
  }
  return longest_ns;
}

void HeapGauge::read_last() noexcept {
  Isolate* isolate = symbols().try_get_current();
  std::lock_guard<std::mutex> guard(list_lock);
  is_ending = true;
  HeapGauge* found = isolate == nullptr ? nullptr : find_locked(isolate);
  if (found == nullptr) return;
  const uint64_t asked = found->asked_.load(std::memory_order_acquire);
  found->read(false);
  found->answered_.store(asked, std::memory_order_release);
}

HeapLevels HeapGauge::take_levels() noexcept {
  HeapLevels sum;
  std::lock_guard<std::mutex> guard(list_lock);
  bool has_after_full = first_gauge != nullptr;
  sum.all_collected = first_gauge != nullptr;
  int64_t after_full = 0;
  for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
    const int64_t collected = each->after_full_bytes_.load(std::memory_order_relaxed);
    const uint64_t collections = each->full_collections_.load(std::memory_order_relaxed);
    has_after_full = has_after_full && collected >= 0;
    sum.all_collected = sum.all_collected && collections > each->full_collections_taken_;
    each->full_collections_taken_ = collections;
    after_full += collected;
    sum.used_bytes += each->used_bytes_.load(std::memory_order_relaxed);
    sum.allocated_bytes += each->allocated_bytes_.load(std::memory_order_relaxed);
    sum.committed_bytes += each->committed_bytes_.load(std::memory_order_relaxed);
    sum.physical_bytes += each->physical_bytes_.load(std::memory_order_relaxed);
    if (sum.isolates == 0) {
      sum.limit_bytes = each->limit_bytes_.load(std::memory_order_relaxed);
      sum.main_peak_bytes = each->peak_bytes_.load(std::memory_order_relaxed);
    }
    sum.full_collections += collections;
    sum.isolates += 1;
  }
  if (has_after_full) sum.after_full_bytes = after_full;
  sum.unanswered = unanswered_locked();
  return sum;
}

} // namespace benchmem::v8_heap
