// The observers of embedded isolates: begun where one is made, brought up to date where it is entered and exited, ended
// before it is disposed of. V8's Locker orders the threads that run one; nothing of it is read by any other.
#include <mutex>
#include <new>

#include "v8_heap/heap_observer.h"
#include "v8_heap/observers.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {

HeapObserver* HeapObserver::find_embedded_locked(const Isolate* isolate) noexcept {
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each->isolate_ == isolate && each->is_embedded_) return each;
  }
  return nullptr;
}

// WHY: the lock is asked, because an isolate stays the thread's current one while V8's Unlocker lets another thread run
// it.
HeapObserver* HeapObserver::embedded_here() noexcept {
  if (shared.embedded.load(std::memory_order_relaxed) == 0) return nullptr;
  Isolate* isolate = symbols().try_get_current();
  HeapObserver* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    found = find_embedded_locked(isolate);
  }
  return found != nullptr && symbols().is_locked_here(isolate) ? found : nullptr; // which it cannot end in
}

void HeapObserver::embedded_made(const benchmem_abi& abi, Isolate* isolate) noexcept {
  Paused paused(abi);
  embedded_ended_unseen(isolate);
  auto* observer = new (std::nothrow) HeapObserver(abi, isolate);
  if (observer == nullptr) return;
  observer->is_embedded_ = true;
  static_cast<void>(observer->read_used());
  observer->begin();
  observer->count_from_birth();
}

// One at the same address must have ended where nobody saw it. Nothing is asked of V8 for it.
void HeapObserver::embedded_ended_unseen(Isolate* isolate) noexcept {
  HeapObserver* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    found = find_embedded_locked(isolate);
    if (found != nullptr) found->unlink_locked();
  }
  delete found;
}

void HeapObserver::embedded_entered(Isolate* isolate) noexcept {
  HeapObserver* found = nullptr;
  bool must_watch = false;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    found = find_embedded_locked(isolate);
    if (found == nullptr) return;
    ++found->entered_;
    must_watch = found->must_watch_visitor_locked();
  }
  if (must_watch) static_cast<void>(found->abi_.watch_current_thread(on_embedded_pressure, nullptr, kPressureStep));
  if (symbols().is_locked_here(isolate)) found->refresh(RefreshPoint::kReading);
}

void HeapObserver::embedded_leaves(Isolate* isolate) noexcept {
  HeapObserver* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    found = find_embedded_locked(isolate);
  }
  if (found == nullptr) return;
  if (found->collecting_ == 0 && symbols().is_locked_here(isolate)) {
    // WHY: it is read outside windows too, because the level at an opening is the one at the last exit.
    static_cast<void>(found->read_used());
    found->refresh(RefreshPoint::kReading);
  }
  std::lock_guard<std::mutex> guard(shared.lock);
  if (found->entered_ > 0) --found->entered_;
}

// WHY: it may be read there, because whoever disposes of an isolate is the only one that has it.
void HeapObserver::embedded_ends(Isolate* isolate) noexcept {
  HeapObserver* found = nullptr;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    found = find_embedded_locked(isolate);
  }
  if (found == nullptr) return;
  found->acquirers_ = 1; // an environment inside it has ended before
  found->release();
}

// WHY: they are not freed, because only the thread that runs an isolate may take its callbacks out.
void HeapObserver::forget_embedded() noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  HeapObserver* next = nullptr;
  for (HeapObserver* each = shared.first; each != nullptr; each = next) {
    next = each->next_;
    if (!each->is_embedded_) continue;
    each->unlink_locked();
    each->is_forgotten_.store(true, std::memory_order_relaxed);
    each->next_ = shared.forgotten;
    shared.forgotten = each;
  }
}

void HeapObserver::on_embedded_pressure(void*) noexcept {
  HeapObserver* here = embedded_here();
  if (here != nullptr) here->refresh(RefreshPoint::kPressure);
}

// WHY: it stays watched, because the callback finds whatever the thread runs then, and nothing if that is no embedded
// isolate. A thread with an isolate of its own is watched already.
bool HeapObserver::must_watch_visitor_locked() noexcept {
  const pid_t thread = current_thread();
  if (thread_ == thread || !shared.measuring.load(std::memory_order_relaxed)) return false;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (!each->is_embedded_ && each->thread_ == thread) return false;
  }
  thread_ = thread;
  return true;
}

} // namespace benchmem::v8_heap
