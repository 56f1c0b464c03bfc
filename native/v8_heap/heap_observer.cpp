// The observers of all isolates, the lock that keeps their shares and the tracker's window in step, and the
// V8 callbacks. Must not allocate through malloc at a refresh: it runs inside the hooked malloc and free.
#include "v8_heap/heap_observer.h"

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <mutex>
#include <new>

#include "v8_heap/near_live.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

constexpr uint64_t kPressureStep = 65536;
// WHY bounded: a thread inside a long native call answers when that ends, which may be never.
constexpr int kAnswerRounds = 2000;
constexpr timespec kAnswerRound{0, 100 * 1000};

// INVARIANT: under `lock`, `measuring` says whether the tracker takes contributions for `window`; opening and
// draining change both in one critical section, so no delta of one window ever reaches another.
// Lock order: this lock, then the tracker's. The tracker calls on_pressure outside of its own locks.
struct Shared {
  std::mutex lock;
  std::atomic<bool> measuring{false};
  uint64_t window = 0;
  bool owner_only = false; // a window of one thread covers one isolate
  std::atomic<bool> keeps_garbage_small{false}; // changes under the lock
  NearLive near_live;
  int64_t ended_total = 0; // what isolates that ended in `window` had allocated in it
  uint64_t asked = 0;      // how often isolates were asked for a refresh
  uint32_t unread = 0;     // isolates that had not answered when `window` was drained
  HeapObserver* first = nullptr;
};

Shared shared;

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

bool is_full(int type) noexcept { return (type & kMarkSweepCompact) != 0; }
bool moves_objects(int type) noexcept { return type != kWeakCallbacks && type != kIncrementalMarkingStart; }

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

bool HeapObserver::start() noexcept {
  if (abi_.watch_current_thread(on_pressure, this, kPressureStep) != BENCHMEM_OK) return false;
  if (abi_.watch_engine_mappings(on_engine_mapping, this) != BENCHMEM_OK) return false;
  symbols().add_gc_prologue(isolate_, on_prologue, this, kAllGcTypes);
  symbols().add_gc_epilogue(isolate_, on_epilogue, this, kAllGcTypes);
  acquirers_ = 1;
  std::lock_guard<std::mutex> guard(shared.lock);
  next_ = shared.first;
  shared.first = this;
  return true;
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
    HeapObserver** link = &shared.first;
    while (*link != this) link = &(*link)->next_;
    *link = next_;
    if (joined_window_ == shared.window) {
      shared.ended_total += ledger_.total();
      if (shared.measuring.load(std::memory_order_relaxed)) abi_.contribute(BENCHMEM_PART_JS, -contributed_);
    }
  }
  abi_.watch_current_thread(nullptr, nullptr, kPressureStep);
  abi_.watch_engine_mappings(nullptr, nullptr);
  Paused paused(abi_);
  symbols().remove_gc_prologue(isolate_, on_prologue, this);
  symbols().remove_gc_epilogue(isolate_, on_epilogue, this);
}

benchmem_status HeapObserver::open_window(const WindowRequest& request, uint64_t* token) noexcept {
  // WHY here and not before: what JavaScript runs in between opens allocation areas, which V8 11 counts as used.
  // The first collection inside the window would close them, and the level fall below the one at the opening.
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
  shared.unread = 0;
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

benchmem_status HeapObserver::close_window(uint64_t token, benchmem_reading* out,
                                            HeapFigures* heap) noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  const int64_t used = read_used();
  if (shared.measuring.load(std::memory_order_relaxed)) refresh_locked(RefreshPoint::kReading, used);
  const benchmem_status status = abi_.window_close(token, out);
  *heap = figures_locked(used);
  if (status != BENCHMEM_NO_WINDOW) shared.measuring.store(false, std::memory_order_relaxed);
  return status;
}

void HeapObserver::collect() noexcept { symbols().low_memory_notification(isolate_); }

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

int64_t HeapObserver::read_used() const noexcept {
  return static_cast<int64_t>(read_statistics().used_heap_size);
}

HeapFigures HeapObserver::figures_locked(int64_t used) const noexcept {
  return {ledger_.baseline(),       used,
          total_of_all_locked(),    ledger_.collections(),
          window_floor_bytes_,      shared.keeps_garbage_small,
          shared.near_live.slack(), shared.near_live.forced_collections(),
          shared.unread};
}

int64_t HeapObserver::total_of_all_locked() const noexcept {
  int64_t total = shared.ended_total;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each->joined_window_ == shared.window) total += each->ledger_.total();
  }
  return total;
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

void HeapObserver::on_prologue(Isolate*, int type, int, void* context) noexcept {
  auto* self = static_cast<HeapObserver*>(context);
  self->refresh(RefreshPoint::kPrologue);
  if (moves_objects(type)) ++self->collecting_;
}

void HeapObserver::on_epilogue(Isolate*, int type, int, void* context) noexcept {
  auto* self = static_cast<HeapObserver*>(context);
  if (!moves_objects(type)) {
    self->refresh(RefreshPoint::kReading);
    return;
  }
  // An observer that started inside a pair sees the end of it only.
  if (self->collecting_ > 0) --self->collecting_;
  ++self->collections_seen_;
  self->refresh(is_full(type) ? RefreshPoint::kFullEpilogue : RefreshPoint::kYoungEpilogue);
}

void HeapObserver::on_pressure(void* context) noexcept {
  static_cast<HeapObserver*>(context)->refresh(RefreshPoint::kPressure);
}

// The heap grew by pages, without a collection: large objects do. An interrupt looks at it where it is at rest.
void HeapObserver::on_engine_mapping(void* context) noexcept {
  auto* self = static_cast<HeapObserver*>(context);
  if (self->collecting_ > 0 || !shared.measuring.load(std::memory_order_relaxed)) return;
  if (shared.keeps_garbage_small.load(std::memory_order_relaxed)) self->interrupt_own_thread();
}

// WHY the guards: between a prologue and its epilogue `used` describes a heap half moved, and second-pass
// weak callbacks nest a pair of their own there; a refresh inside a refresh would count a delta twice.
void HeapObserver::refresh(RefreshPoint point) noexcept {
  if (collecting_ > 0 || refreshing_ || !shared.measuring.load(std::memory_order_relaxed)) return;
  refreshing_ = true;
  const int64_t used = read_used();
  bool wants_collection = false;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    if (shared.measuring.load(std::memory_order_relaxed)) {
      refresh_locked(point, used);
      wants_collection = wants_collection_locked(point);
    }
    answered_ = shared.asked;
    overdue_ = false;
  }
  refreshing_ = false;
  if (!wants_collection) return;
  if (point == RefreshPoint::kPressure) {
    interrupt_own_thread();
  } else {
    force_collection();
  }
}

void HeapObserver::refresh_locked(RefreshPoint point, int64_t used) noexcept {
  if (joined_window_ != shared.window) {
    if (shared.owner_only) return;
    join_window_locked(used);
    return;
  }
  if (point == RefreshPoint::kYoungEpilogue || point == RefreshPoint::kFullEpilogue) {
    ledger_.collection_ended(used);
  } else {
    ledger_.note(used);
  }
  const int64_t share = ledger_.share();
  if (share == contributed_) return;
  abi_.contribute(BENCHMEM_PART_JS, share - contributed_);
  contributed_ = share;
}

void HeapObserver::join_window_locked(int64_t used) noexcept {
  ledger_.open(used);
  contributed_ = 0;
  left_by_full_ = 0;
  joined_window_ = shared.window;
}

// The policy, told of full collections and asked elsewhere. The sum is never read for its sake alone: the refresh
// came first, and stands whatever is answered here.
bool HeapObserver::wants_collection_locked(RefreshPoint point) noexcept {
  if (!shared.keeps_garbage_small || joined_window_ != shared.window) return false;
  const bool full = point == RefreshPoint::kFullEpilogue;
  if (point == RefreshPoint::kPrologue || point == RefreshPoint::kReading) return false;
  int64_t sum = 0;
  if (abi_.sum_now(&sum) != BENCHMEM_OK) return false;
  if (!full) return shared.near_live.wants_collection(sum);
  left_by_full_ = contributed_;
  shared.near_live.collected(sum - others_growth_locked());
  return false;
}

// What other isolates gained since their last full collection, which may be garbage that this thread cannot collect.
int64_t HeapObserver::others_growth_locked() const noexcept {
  int64_t growth = 0;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->joined_window_ != shared.window) continue;
    if (each->contributed_ > each->left_by_full_) growth += each->contributed_ - each->left_by_full_;
  }
  return growth;
}

// Only its own thread may collect an isolate: the others are asked, and serve it when they next run JavaScript.
// WHY collecting_: inside an epilogue V8 calls no callbacks for the collection that is forced there.
void HeapObserver::force_collection() noexcept {
  ++collecting_;
  symbols().request_garbage_collection(isolate_, kFullGarbageCollection);
  --collecting_;
  refresh(RefreshPoint::kFullEpilogue);
  std::lock_guard<std::mutex> guard(shared.lock);
  if (!shared.measuring.load(std::memory_order_relaxed)) return;
  shared.near_live.forced();
  int64_t sum = 0;
  const bool known = abi_.sum_now(&sum) == BENCHMEM_OK;
  if (known && !shared.owner_only && shared.near_live.wants_collection(sum)) interrupt_others_locked();
}

// WHY an interrupt: only its own thread may read an isolate, and a worker's baseline must be its level at the
// opening, not at its next collection. It serves the interrupt when it next runs JavaScript, at the same level.
void HeapObserver::interrupt_others_locked() noexcept {
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each != this) each->interrupt_own_thread();
  }
}

// An idle one is woken too, where that is possible.
void HeapObserver::ask_others_locked() noexcept {
  ++shared.asked;
  interrupt_others_locked();
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each != this && each->waker_.wake != nullptr) each->waker_.wake(each->waker_.context);
  }
}

// Those worth waiting for are who can be woken and did not fail to answer before.
bool HeapObserver::await_some_locked(bool last_round) noexcept {
  bool waits = false;
  shared.unread = 0;
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->answered_ >= shared.asked) continue;
    ++shared.unread;
    if (last_round) each->overdue_ = true;
    if (!each->overdue_ && each->waker_.wake != nullptr) waits = true;
  }
  return waits;
}

// WHY it sleeps instead of waiting on a condition: there is nobody to notify where an isolate ends.
void HeapObserver::await_others() noexcept {
  for (int round = 0; round < kAnswerRounds; ++round) {
    {
      std::lock_guard<std::mutex> guard(shared.lock);
      if (!shared.measuring.load(std::memory_order_relaxed) || shared.owner_only) return;
      if (round == 0) ask_others_locked();
      if (!await_some_locked(round == kAnswerRounds - 1)) return;
    }
    nanosleep(&kAnswerRound, nullptr);
  }
}

// Any thread. One at a time: V8 keeps a queue of them.
void HeapObserver::interrupt_own_thread() noexcept {
  if (interrupt_asked_.exchange(true, std::memory_order_relaxed)) return;
  Paused paused(abi_);
  symbols().request_interrupt(isolate_, on_interrupt, nullptr);
}

// The observer is found by its isolate: the one that was asked may be gone by now.
void HeapObserver::on_interrupt(Isolate* isolate, void*) noexcept {
  HeapObserver* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
      if (each->isolate_ == isolate) found = each;
    }
  }
  if (found == nullptr) return;
  found->interrupt_asked_.store(false, std::memory_order_relaxed);
  found->refresh(RefreshPoint::kInterrupt); // on the observer's own thread: it cannot go
}

} // namespace benchmem::v8_heap
