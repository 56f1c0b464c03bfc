// An observer's life, its part in the tracker's windows and what it reads of V8.
// Must not allocate through malloc while the lock is held.
#include "v8_heap/heap_observer.h"

#include <pthread.h>

#include <mutex>
#include <new>

#include "v8_heap/observers.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

// A child made by fork has no window; a lock that another thread held would never be released in it.
void reset_in_child() noexcept {
  new (&shared.lock) std::mutex;
  shared.measuring.store(false, std::memory_order_relaxed);
}

void install_fork_handler() noexcept {
  // Out of memory is its only failure; then a child forked while a worker refreshes may wait for ever.
  static_cast<void>(pthread_atfork(nullptr, nullptr, reset_in_child));
}
pthread_once_t fork_handler_once = PTHREAD_ONCE_INIT;

} // namespace

HeapObserver* HeapObserver::acquire(const benchmem_abi& abi) noexcept {
  Isolate* isolate = symbols().try_get_current();
  if (isolate == nullptr) return nullptr;
  pthread_once(&fork_handler_once, install_fork_handler);
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
      if (each->isolate_ == isolate) {
        ++each->acquirers_;
        return each;
      }
    }
  }
  // Only this thread registers this isolate, so nobody can have done so since the search.
  Paused paused(abi);
  auto* observer = new (std::nothrow) HeapObserver(abi, isolate);
  if (observer != nullptr && !observer->start()) {
    delete observer;
    observer = nullptr;
  }
  return observer;
}

bool HeapObserver::is_observed_locked(const Isolate* isolate) noexcept {
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each->isolate_ == isolate) return true;
  }
  return false;
}

bool HeapObserver::start() noexcept {
  thread_ = current_thread();
  if (abi_.watch_current_thread(on_pressure, this, kPressureStep) != BENCHMEM_OK) return false;
  if (abi_.watch_engine_mappings(on_engine_mapping, this) != BENCHMEM_OK) return false;
  begin();
  return true;
}

void HeapObserver::begin() noexcept {
  symbols().add_gc_prologue(isolate_, on_prologue, this, kAllGcTypes);
  symbols().add_gc_epilogue(isolate_, on_epilogue, this, kAllGcTypes);
  acquirers_ = 1;
  std::lock_guard<std::mutex> guard(shared.lock);
  collected_ = turned_ = shared.collections_asked;
  next_ = shared.first;
  shared.first = this;
  if (is_embedded_) shared.embedded.fetch_add(1, std::memory_order_relaxed);
}

void HeapObserver::release() noexcept {
  if (--acquirers_ > 0) return;
  stop();
  Paused paused(abi_);
  delete this;
}

void HeapObserver::stop() noexcept {
  refresh(RefreshPoint::kReading); // what it held at its end belongs to the peak, and what it allocated to the total
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    if (!is_forgotten_.load(std::memory_order_relaxed)) unlink_locked();
  }
  if (!is_embedded_) {
    abi_.watch_current_thread(nullptr, nullptr, kPressureStep);
    abi_.watch_engine_mappings(nullptr, nullptr);
  }
  Paused paused(abi_);
  symbols().remove_gc_prologue(isolate_, on_prologue, this);
  symbols().remove_gc_epilogue(isolate_, on_epilogue, this);
}

// What it allocated in the window stays in the total, and what it holds leaves the sum.
void HeapObserver::unlink_locked() noexcept {
  HeapObserver** link = &shared.first;
  while (*link != this) link = &(*link)->next_;
  *link = next_;
  if (is_embedded_) shared.embedded.fetch_sub(1, std::memory_order_relaxed);
  shared.ended_pages += held_pages();
  if (joined_window_ != shared.window) return;
  shared.ended_total += ledger_.total();
  if (shared.measuring.load(std::memory_order_relaxed)) abi_.contribute(BENCHMEM_PART_JS, -contributed_);
}

benchmem_status HeapObserver::open_window(const WindowRequest& request, uint64_t* token) noexcept {
  // WHY: it collects here and not before, because what JavaScript runs in between opens allocation areas, which V8 11
  // counts as used. The first collection inside the window would close them, and the level fall below the one at the
  // opening.
  if (request.near_live) collect();
  std::lock_guard<std::mutex> guard(shared.lock);
  // The tracker may have been installed anew since start().
  const benchmem_status watching = abi_.watch_current_thread(on_pressure, this, kPressureStep);
  if (watching != BENCHMEM_OK) return watching;
  if (shared.measuring.load(std::memory_order_relaxed)) return BENCHMEM_WINDOW_OPEN;
  const bool owner_only = request.tracked.threads == BENCHMEM_CURRENT_THREAD;
  if (!owner_only) ask_others_locked(); // so that they join at their level of now
  const int64_t used = read_used();
  const benchmem_status status = abi_.window_open(&request.tracked, token);
  if (status != BENCHMEM_OK) return status;
  // From here to the return nothing allocates: it would be the action's.
  ++shared.window;
  shared.owner_only = owner_only;
  shared.keeps_garbage_small = request.near_live && symbols().request_garbage_collection != nullptr;
  shared.near_live.open(request.fixed_slack_bytes);
  shared.ended_total = 0;
  shared.ended_pages = 0;
  shared.unread = 0;
  int64_t engine_bytes = 0;
  shared.knows_unobserved = !owner_only && abi_.engine_committed(&engine_bytes) == BENCHMEM_OK;
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    each->most_committed_.store(each->committed_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  }
  const Pages pages = pages_of_all_locked();
  shared.unobserved.open(engine_bytes, pages.committed);
  shared.opening_physical = pages.physical;
  shared.opening_embedded = embedded_used_locked();
  join_window_locked(used);
  window_floor_bytes_ = floor_bytes_;
  floor_bytes_ = -1;
  shared.measuring.store(true, std::memory_order_relaxed);
  return BENCHMEM_OK;
}

benchmem_status HeapObserver::drain_window(uint64_t token) noexcept {
  await_others();
  std::lock_guard<std::mutex> guard(shared.lock);
  if (shared.measuring.load(std::memory_order_relaxed)) refresh_locked(RefreshPoint::kReading, read_used());
  const benchmem_status status = abi_.window_drain(token);
  // Any other failure comes with the phase changed.
  if (status != BENCHMEM_NO_WINDOW && status != BENCHMEM_WRONG_PHASE) {
    shared.measuring.store(false, std::memory_order_relaxed);
  }
  return status;
}

benchmem_status HeapObserver::read_window(uint64_t token, benchmem_reading* out, HeapFigures* heap) noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  const int64_t used = read_used();
  if (shared.measuring.load(std::memory_order_relaxed)) refresh_locked(RefreshPoint::kReading, used);
  const benchmem_status status = abi_.window_read(token, out);
  *heap = figures_locked(used);
  return status;
}

benchmem_status HeapObserver::close_window(uint64_t token, benchmem_reading* out, HeapFigures* heap) noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  const int64_t used = read_used();
  if (shared.measuring.load(std::memory_order_relaxed)) refresh_locked(RefreshPoint::kReading, used);
  const benchmem_status status = abi_.window_close(token, out);
  *heap = figures_locked(used);
  if (status != BENCHMEM_NO_WINDOW) shared.measuring.store(false, std::memory_order_relaxed);
  return status;
}

void HeapObserver::collect() noexcept { symbols().low_memory_notification(isolate_); }

void HeapObserver::collect_again() noexcept {
  if (symbols().memory_pressure_notification == nullptr) return collect();
  symbols().memory_pressure_notification(isolate_, kCriticalPressure);
}

bool HeapObserver::collect_floor() noexcept {
  const uint64_t before = collections_seen_;
  collect();
  collect();
  floor_bytes_ = read_used();
  return collections_seen_ != before;
}

HeapStatistics HeapObserver::read_statistics() const noexcept {
  HeapStatistics statistics;
  symbols().construct_heap_statistics(&statistics);
  symbols().get_heap_statistics(isolate_, &statistics);
  return statistics;
}

int64_t HeapObserver::read_used() noexcept {
  const HeapStatistics statistics = read_statistics();
  const auto committed = static_cast<int64_t>(statistics.total_heap_size);
  committed_.store(committed, std::memory_order_relaxed);
  if (committed > most_committed_.load(std::memory_order_relaxed)) {
    most_committed_.store(committed, std::memory_order_relaxed);
  }
  physical_.store(static_cast<int64_t>(statistics.total_physical_size), std::memory_order_relaxed);
  used_.store(static_cast<int64_t>(statistics.used_heap_size), std::memory_order_relaxed);
  return static_cast<int64_t>(statistics.used_heap_size);
}

void HeapObserver::count_from_birth() noexcept {
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    if (!shared.measuring.load(std::memory_order_relaxed) || shared.owner_only) return;
    // A collection may have made it join already: then its contribution stays, and the level moves.
    if (joined_window_ != shared.window) join_window_locked(0);
    ledger_.open(0);
  }
  refresh(RefreshPoint::kReading);
}

void HeapObserver::set_waker(Waker waker) noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  waker_ = waker;
}

} // namespace benchmem::v8_heap
