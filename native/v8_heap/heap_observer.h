// Watches the JavaScript heap of one isolate during a window and pushes its share into the combined sum.
// Everything happens on the isolate's own thread; nothing is read across threads.
// Must not decide when garbage is collected: it reads; who forces collections stands behind RefreshPoint.
#ifndef BENCHMEM_V8_HEAP_HEAP_OBSERVER_H_
#define BENCHMEM_V8_HEAP_HEAP_OBSERVER_H_

#include "abi/benchmem_abi.h"
#include "v8_heap/symbols.h"
#include "v8_heap/used_ledger.h"

namespace benchmem::v8_heap {

// Bytes of the isolate that opened the window.
struct HeapFigures {
  int64_t baseline_bytes;
  int64_t used_bytes;
  int64_t total_bytes;
  uint64_t collections;
  int64_t floor_bytes; // used right after the last collect_floor() before the opening; -1: there was none
};

class HeapObserver {
public:
  // The observer of the current thread's isolate; shared by every environment of it. Null: no isolate here.
  // Needs missing_symbol() == nullptr.
  static HeapObserver* acquire(const benchmem_abi& abi) noexcept;
  // By each acquirer once, on the same thread; the last one takes the isolate's share out of the sum.
  void release() noexcept;

  // Opens the tracker's window with this isolate's heap as the owner's. No other status than the tracker's.
  benchmem_status open_window(const benchmem_window_options& options, uint64_t* token) noexcept;
  // The last refresh, then the tracker's drain: total and collections are final.
  benchmem_status drain_window(uint64_t token) noexcept;
  // Any phase: brings the sum up to date while measuring, then the tracker's reading.
  benchmem_status read_window(uint64_t token, benchmem_reading* out, HeapFigures* heap) noexcept;
  benchmem_status close_window(uint64_t token, benchmem_reading* out, HeapFigures* heap) noexcept;

  // One full synchronous collection.
  void collect() noexcept;
  // Two: the floor, below 100 B of residue where one leaves 5 KB. False: no GC callback arrived, so that
  // nothing this observer says may be believed.
  bool collect_floor() noexcept;

  // Used bytes of the heap now. About 0.15 us.
  int64_t read_used() const noexcept;
  HeapStatistics read_statistics() const noexcept;
  // Collections that ended since the observer started: nonzero proves that the callbacks arrive.
  uint64_t collections_seen() const noexcept { return collections_seen_; }

private:
  // Where a refresh comes from. The seam for whoever keeps garbage small: after the refresh it may collect at
  // kEpilogue (of a scavenge or a mark-compact only) or ask for an interrupt at kPressure.
  // INVARIANT: it never decides when `used` is read.
  enum class RefreshPoint { kPressure, kPrologue, kEpilogue, kReading };

  HeapObserver(const benchmem_abi& abi, Isolate* isolate) noexcept : abi_(abi), isolate_(isolate) {}
  ~HeapObserver() = default;

  static void on_prologue(Isolate* isolate, int type, int flags, void* self) noexcept;
  static void on_epilogue(Isolate* isolate, int type, int flags, void* self) noexcept;
  static void on_pressure(void* self) noexcept;
  static void on_window_opened(Isolate* isolate, void*) noexcept;

  bool start() noexcept;
  void stop() noexcept;
  void refresh(RefreshPoint point) noexcept;
  void refresh_locked(RefreshPoint point, int64_t used) noexcept;
  void join_window_locked(int64_t used) noexcept;
  void ask_others_to_join_locked() noexcept;
  HeapFigures figures(int64_t used) const noexcept;

  const benchmem_abi& abi_;
  Isolate* const isolate_;
  HeapObserver* next_ = nullptr;
  unsigned acquirers_ = 0;

  UsedLedger ledger_;
  uint64_t joined_window_ = 0;  // the window that ledger_ and contributed_ belong to
  int64_t contributed_ = 0;     // INVARIANT: what the tracker's sum holds of this isolate in that window
  int64_t floor_bytes_ = -1;    // of the last collect_floor(), until a window takes it
  int64_t window_floor_bytes_ = -1;
  uint64_t collections_seen_ = 0;
  int collecting_ = 0;          // open pairs of prologue and epilogue in which objects move
  bool refreshing_ = false;
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_HEAP_OBSERVER_H_
