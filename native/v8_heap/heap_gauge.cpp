// The list of gauges and the two ways to ask one: an interrupt reaches running JavaScript, a wake-up an idle loop.
#include "v8_heap/heap_gauge.h"

#include <time.h>

#include <mutex>
#include <new>

#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

// INVARIANT: a gauge is in the list exactly while its isolate lives and its `wake` may be called.
std::mutex list_lock;
HeapGauge* first_gauge = nullptr;

void sleep_a_millisecond() noexcept {
  const timespec pause = {0, 1000000};
  nanosleep(&pause, nullptr);
}

} // namespace

HeapGauge* HeapGauge::start(const benchmem_abi& abi, Wake wake, void* wake_context) noexcept {
  Isolate* isolate = symbols().try_get_current();
  if (isolate == nullptr) return nullptr;
  Paused paused(abi);
  auto* gauge = new (std::nothrow) HeapGauge(abi, isolate, wake, wake_context);
  if (gauge == nullptr) return nullptr;
  symbols().add_gc_epilogue(isolate, on_epilogue, gauge, kScavenge | kMinorMarkSweep | kMarkSweepCompact);
  gauge->read();
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
  symbols().remove_gc_epilogue(isolate_, on_epilogue, this);
  delete this;
}

void HeapGauge::read() noexcept {
  HeapStatistics statistics;
  symbols().construct_heap_statistics(&statistics);
  symbols().get_heap_statistics(isolate_, &statistics);
  used_bytes_.store(static_cast<int64_t>(statistics.used_heap_size), std::memory_order_relaxed);
  committed_bytes_.store(static_cast<int64_t>(statistics.total_physical_size), std::memory_order_relaxed);
  limit_bytes_.store(static_cast<int64_t>(statistics.heap_size_limit), std::memory_order_relaxed);
  answered_.store(asked_.load(std::memory_order_relaxed), std::memory_order_release);
}

void HeapGauge::on_epilogue(Isolate*, int type, int, void* context) noexcept {
  auto* self = static_cast<HeapGauge*>(context);
  self->read();
  if (type != kMarkSweepCompact) return;
  self->after_full_bytes_.store(self->used_bytes_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  self->full_collections_.fetch_add(1, std::memory_order_relaxed);
}

// The gauge is found by its isolate: the one that was asked may be gone by now.
void HeapGauge::on_interrupt(Isolate* isolate, void*) noexcept {
  HeapGauge* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(list_lock);
    for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
      if (each->isolate_ == isolate) found = each;
    }
  }
  if (found != nullptr) found->read(); // on its own thread: it cannot go
}

unsigned HeapGauge::unanswered_locked() noexcept {
  unsigned count = 0;
  for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
    if (each->answered_.load(std::memory_order_acquire) != each->asked_.load(std::memory_order_relaxed)) ++count;
  }
  return count;
}

void HeapGauge::ask_all(const benchmem_abi& abi, unsigned most_ms) noexcept {
  {
    Paused paused(abi);
    std::lock_guard<std::mutex> guard(list_lock);
    for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
      each->asked_.fetch_add(1, std::memory_order_relaxed);
      symbols().request_interrupt(each->isolate_, on_interrupt, nullptr);
      if (each->wake_ != nullptr) each->wake_(each->wake_context_);
    }
  }
  for (unsigned waited = 0; waited < most_ms; ++waited) {
    {
      std::lock_guard<std::mutex> guard(list_lock);
      if (unanswered_locked() == 0) return;
    }
    sleep_a_millisecond();
  }
}

void HeapGauge::read_current() noexcept {
  Isolate* isolate = symbols().try_get_current();
  if (isolate != nullptr) on_interrupt(isolate, nullptr);
}

HeapLevels HeapGauge::levels() noexcept {
  HeapLevels sum;
  std::lock_guard<std::mutex> guard(list_lock);
  bool all_collected = first_gauge != nullptr;
  int64_t after_full = 0;
  for (HeapGauge* each = first_gauge; each != nullptr; each = each->next_) {
    const int64_t collected = each->after_full_bytes_.load(std::memory_order_relaxed);
    all_collected = all_collected && collected >= 0;
    after_full += collected;
    sum.used_bytes += each->used_bytes_.load(std::memory_order_relaxed);
    sum.committed_bytes += each->committed_bytes_.load(std::memory_order_relaxed);
    if (sum.isolates == 0) sum.limit_bytes = each->limit_bytes_.load(std::memory_order_relaxed);
    sum.full_collections += each->full_collections_.load(std::memory_order_relaxed);
    sum.isolates += 1;
  }
  if (all_collected) sum.after_full_bytes = after_full;
  sum.unanswered = unanswered_locked();
  return sum;
}

} // namespace benchmem::v8_heap
