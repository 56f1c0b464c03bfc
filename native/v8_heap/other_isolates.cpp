// Reaching isolates of other threads: asked by interrupts, woken where they idle, awaited for a bounded time.
// Must not read another isolate: only its own thread may.
#include <time.h>

#include <atomic>
#include <mutex>

#include "v8_heap/code_listener.h"
#include "v8_heap/heap_observer.h"
#include "v8_heap/observers.h"
#include "v8_heap/paused.h"

namespace benchmem::v8_heap {
namespace {

// WHY: the wait is bounded, because a thread inside a long native call answers when that ends, which may be never.
constexpr int kAnswerRounds = 2000;
// A large heap takes longer to collect than an answer may take to come; this ends a wait for one that never finishes.
constexpr int kCollectingRounds = 100 * 1000;

} // namespace

void sleep_between_looks() noexcept {
  constexpr timespec kTime{0, 100 * 1000};
  nanosleep(&kTime, nullptr);
}

// WHY: this is an interrupt, because only its own thread may read an isolate, and a worker's baseline must be its level
// at the opening, not at its next collection. It serves the interrupt when it next runs JavaScript, at the same level.
void HeapObserver::interrupt_others_locked() noexcept {
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each != this && each->can_answer_locked()) each->interrupt_own_thread();
  }
}

// An idle one is woken too, where that is possible.
void HeapObserver::ask_others_locked() noexcept {
  ++shared.asked;
  interrupt_others_locked();
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each != this) each->wake_locked();
  }
}

// Those worth waiting for are who run or can be woken, and did not fail to answer before.
bool HeapObserver::await_some_locked(bool last_round) noexcept {
  bool waits = false;
  shared.unread = 0;
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->answered_ >= shared.asked || !each->can_answer_locked()) continue;
    ++shared.unread;
    if (last_round) each->overdue_ = true;
    if (!each->overdue_ && (each->is_embedded_ || each->waker_.wake != nullptr)) waits = true;
  }
  return waits;
}

// WHY: it sleeps instead of waiting on a condition, because there is nobody to notify where an isolate ends.
void HeapObserver::await_others() noexcept {
  for (int round = 0; round < kAnswerRounds; ++round) {
    {
      std::lock_guard<std::mutex> guard(shared.lock);
      if (!shared.measuring.load(std::memory_order_relaxed) || shared.owner_only) return;
      if (round == 0) ask_others_locked();
      if (!await_some_locked(round == kAnswerRounds - 1)) return;
    }
    shared.between_looks();
  }
}

void HeapObserver::wake_locked() const noexcept {
  if (waker_.wake != nullptr) waker_.wake(waker_.context);
}

// Whoever has begun to collect has answered, and is awaited until it is done.
uint32_t HeapObserver::collect_others() noexcept {
  int unanswered_rounds = 0;
  for (int round = 0; unanswered_rounds < kAnswerRounds && round < kCollectingRounds; ++round) {
    {
      std::lock_guard<std::mutex> guard(shared.lock);
      if (round == 0) ask_collections_locked();
      const Awaited awaited = awaited_collections_locked();
      if (awaited == Awaited::kNobody) break;
      if (awaited == Awaited::kAnAnswer) ++unanswered_rounds;
    }
    shared.between_looks();
  }
  std::lock_guard<std::mutex> guard(shared.lock);
  uint32_t left = 0;
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->is_embedded_) continue;
    each->uncollectable_ |= each->turned_ < shared.collections_asked;
    if (each->uncollectable_) ++left;
  }
  return left;
}

void HeapObserver::ask_collections_locked() noexcept {
  ++shared.collections_asked;
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->is_embedded_ || each->uncollectable_) continue;
    each->interrupt_own_thread();
    each->wake_locked();
  }
}

HeapObserver::Awaited HeapObserver::awaited_collections_locked() const noexcept {
  Awaited awaited = Awaited::kNobody;
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->is_embedded_ || each->uncollectable_ || each->turned_ >= shared.collections_asked)
      continue;
    if (each->is_collecting_) return Awaited::kACollection;
    awaited = Awaited::kAnAnswer;
  }
  return awaited;
}

void HeapObserver::woken() noexcept {
  refresh(RefreshPoint::kReading);
  serve_collection(true);
}

// On the isolate's own thread. WHY: turns follow it, because what a collection finds dead is given back by finalizers,
// which run on a later turn of the loop; the turn that an interrupt came in does not count.
void HeapObserver::serve_collection(bool at_turn) noexcept {
  if (is_embedded_) return;
  uint64_t asked = 0;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    asked = shared.collections_asked;
    if (turned_ >= asked || uncollectable_) return;
    is_collecting_ = collected_ < asked;
  }
  if (collected_ < asked) {
    collect();
    collect();
    collected_ = asked;
    turns_left_ = at_turn ? 1 : 2;
  } else if (at_turn) {
    --turns_left_;
  }
  std::lock_guard<std::mutex> guard(shared.lock);
  is_collecting_ = false;
  if (turns_left_ == 0 || waker_.wake == nullptr) {
    turned_ = asked;
  } else {
    wake_locked();
  }
}

void HeapObserver::ask_others_to_follow() noexcept {
  std::lock_guard<std::mutex> guard(shared.lock);
  for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each == this || each->is_embedded_) continue;
    Paused paused(abi_);
    symbols().request_interrupt(each->isolate_, on_follow, nullptr);
  }
}

// The observer that was asked may be gone by now, and with it whoever would end the listening.
void HeapObserver::on_follow(Isolate* isolate, void*) noexcept {
  const benchmem_abi* abi = nullptr;
  {
    std::lock_guard<std::mutex> guard(shared.lock);
    for (HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
      if (each->isolate_ == isolate) abi = &each->abi_;
    }
  }
  if (abi != nullptr) follow_listening(*abi, isolate);
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
  found->serve_collection(false);
}

} // namespace benchmem::v8_heap
