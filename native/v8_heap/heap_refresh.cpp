// V8's callbacks, how they bring an isolate's share of the sum up to date, and when they force a collection.
// Must not allocate through malloc: it runs inside the hooked malloc and free.
#include <atomic>
#include <mutex>

#include "v8_heap/heap_observer.h"
#include "v8_heap/observers.h"

namespace benchmem::v8_heap {
namespace {

std::atomic<bool> collects_alone{false};

bool is_full(int type) noexcept { return (type & kMarkSweepCompact) != 0; }
bool moves_objects(int type) noexcept { return type != kWeakCallbacks && type != kIncrementalMarkingStart; }

} // namespace

void HeapObserver::collect_alone(bool alone) noexcept { collects_alone.store(alone, std::memory_order_relaxed); }

void HeapObserver::begin_collecting() noexcept {
  if (++collecting_ > 1 || !collects_alone.load(std::memory_order_relaxed)) return;
  holds_engine_threads_ = true;
  abi_.hold_engine_threads();
}

void HeapObserver::end_collecting() noexcept {
  // An observer that started inside a pair sees the end of it only.
  if (collecting_ == 0) return;
  if (--collecting_ > 0 || !holds_engine_threads_) return;
  holds_engine_threads_ = false;
  abi_.release_engine_threads();
}

void HeapObserver::on_prologue(Isolate*, int type, int, void* context) noexcept {
  auto* self = static_cast<HeapObserver*>(context);
  self->refresh(RefreshPoint::kPrologue);
  if (moves_objects(type)) self->begin_collecting();
}

void HeapObserver::on_epilogue(Isolate*, int type, int, void* context) noexcept {
  auto* self = static_cast<HeapObserver*>(context);
  if (!moves_objects(type)) {
    self->refresh(RefreshPoint::kReading);
    return;
  }
  self->end_collecting();
  ++self->collections_seen_;
  // WHY: it is read outside windows too, because the level at an opening is what an isolate that is not asked said
  // last.
  static_cast<void>(self->read_used());
  self->refresh(is_full(type) ? RefreshPoint::kFullEpilogue : RefreshPoint::kYoungEpilogue);
}

void HeapObserver::on_pressure(void* context) noexcept {
  static_cast<HeapObserver*>(context)->refresh(RefreshPoint::kPressure);
  on_embedded_pressure(nullptr);
}

// The heap grew by pages, without a collection: large objects do. An interrupt looks at it where it is at rest.
void HeapObserver::on_engine_mapping(void* context) noexcept {
  auto* self = static_cast<HeapObserver*>(context);
  if (!shared.measuring.load(std::memory_order_relaxed)) return;
  if (!shared.keeps_garbage_small.load(std::memory_order_relaxed)) return;
  if (HeapObserver* embedded = embedded_here()) self = embedded;
  if (self->collecting_ == 0) self->interrupt_own_thread();
}

// WHY: there are guards, because `used` describes a heap half moved between a prologue and its epilogue, and
// second-pass weak callbacks nest a pair of their own there; a refresh inside a refresh would count a delta twice.
void HeapObserver::refresh(RefreshPoint point) noexcept {
  if (collecting_ > 0 || refreshing_ || !shared.measuring.load(std::memory_order_relaxed)) return;
  if (is_forgotten_.load(std::memory_order_relaxed)) return;
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

// What other isolates gained since their last full collection, which may be garbage that this thread cannot collect; those
// left out that nobody can have collect.
int64_t HeapObserver::others_growth_locked() const noexcept {
  int64_t growth = 0;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->joined_window_ != shared.window || !each->can_answer_locked()) continue;
    if (each->contributed_ > each->left_by_full_) growth += each->contributed_ - each->left_by_full_;
  }
  return growth;
}

// Only its own thread may collect an isolate: the others are asked, and serve it when they next run JavaScript.
// WHY: collecting_ is tested, because inside an epilogue V8 calls no callbacks for the collection that is forced there.
void HeapObserver::force_collection() noexcept {
  begin_collecting();
  symbols().request_garbage_collection(isolate_, kFullGarbageCollection);
  end_collecting();
  refresh(RefreshPoint::kFullEpilogue);
  std::lock_guard<std::mutex> guard(shared.lock);
  if (!shared.measuring.load(std::memory_order_relaxed)) return;
  shared.near_live.forced();
  int64_t sum = 0;
  const bool known = abi_.sum_now(&sum) == BENCHMEM_OK;
  if (known && !shared.owner_only && shared.near_live.wants_collection(sum)) interrupt_others_locked();
}

} // namespace benchmem::v8_heap
