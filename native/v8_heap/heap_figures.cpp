// What the observers say of a window together: totals, pages, levels. Reads what each isolate's own thread has written.
#include "v8_heap/heap_observer.h"
#include "v8_heap/observers.h"

namespace benchmem::v8_heap {

HeapFigures HeapObserver::figures_locked(int64_t used) const noexcept {
  return {ledger_.baseline(),
          used,
          total_of_all_locked(),
          ledger_.collections(),
          window_floor_bytes_,
          shared.keeps_garbage_small,
          shared.near_live.slack(),
          shared.near_live.forced_collections(),
          shared.unread,
          unobserved_locked(),
          pages_of_all_locked().physical - shared.opening_physical,
          shared.opening_embedded,
          embedded_used_locked(),
          embedded_standing_locked()};
}

// WHY: of an embedded isolate the most counts, because nobody has it collected, so that V8 may hold pages that it gave
// back.
int64_t HeapObserver::held_pages() const noexcept {
  return (is_embedded_ ? most_committed_ : committed_).load(std::memory_order_relaxed);
}

HeapObserver::Pages HeapObserver::pages_of_all_locked() noexcept {
  Pages pages{0, 0};
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    pages.committed += each->held_pages();
    pages.physical += each->physical_.load(std::memory_order_relaxed);
  }
  return pages;
}

int64_t HeapObserver::unobserved_locked() const noexcept {
  int64_t engine_bytes = 0;
  if (!shared.knows_unobserved || abi_.engine_committed(&engine_bytes) != BENCHMEM_OK) return -1;
  return shared.unobserved.read(engine_bytes, pages_of_all_locked().committed + shared.ended_pages);
}

int64_t HeapObserver::total_of_all_locked() const noexcept {
  int64_t total = shared.ended_total;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each->joined_window_ == shared.window) total += each->ledger_.total();
  }
  return total;
}

int64_t HeapObserver::embedded_used_locked() noexcept {
  int64_t used = 0;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each->is_embedded_ && !shared.owner_only) used += each->used_.load(std::memory_order_relaxed);
  }
  return used;
}

uint32_t HeapObserver::embedded_standing_locked() noexcept {
  uint32_t standing = 0;
  for (const HeapObserver* each = shared.first; each != nullptr; each = each->next_) {
    if (each->is_embedded_ && !shared.owner_only && each->joined_window_ == shared.window) ++standing;
  }
  return standing;
}

} // namespace benchmem::v8_heap
