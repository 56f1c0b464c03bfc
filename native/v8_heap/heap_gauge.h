// The level of every isolate's heap, readable from any thread: what a reporter shows while the loop is blocked.
// Each isolate's own thread writes its level (at collections and when asked); nothing else touches the isolate.
// Must not take part in windows or sums: that is HeapObserver's.
#ifndef BENCHMEM_V8_HEAP_HEAP_GAUGE_H_
#define BENCHMEM_V8_HEAP_HEAP_GAUGE_H_

#include <atomic>

#include "abi/benchmem_abi.h"
#include "v8_heap/symbols.h"

namespace benchmem::v8_heap {

// Over all gauged isolates: each one's level as it last said it.
struct HeapLevels {
  int64_t used_bytes = 0;
  int64_t committed_bytes = 0;   // pages that V8 holds for its objects
  int64_t physical_bytes = 0;    // of them those that were touched, as V8 sees it
  int64_t limit_bytes = 0;       // of the isolate that was gauged first: the main thread's
  int64_t main_peak_bytes = 0;   // of the same isolate: the most it used at a reading
  int64_t allocated_bytes = 0;   // by all of them since they were gauged: what filled the heaps between collections
  int64_t after_full_bytes = -1; // used right after the last full collection; -1: an isolate had none yet
  uint64_t full_collections = 0;
  uint32_t isolates = 0;
  uint32_t unanswered = 0;    // of them: did not answer the last ask_all() in time
  bool all_collected = false; // every isolate had a full collection since the last reading of the levels
};

class HeapGauge {
 public:
  // Makes the isolate's thread call read() soon where it runs no JavaScript; any thread.
  using Wake = void (*)(void* context);

  // Gauges the current thread's isolate. Needs missing_symbol() == nullptr. Null: no isolate, or no memory.
  static HeapGauge* start(const benchmem_abi& abi, Wake wake, void* wake_context) noexcept;
  // On the same thread; afterwards `wake` is not called any more.
  void stop() noexcept;

  // On the isolate's own thread: collects first where that was asked for, then takes its level.
  void answer() noexcept;

  // Asks every isolate for its level, and with `collect` for a full collection before it. Waits until all have
  // answered: `most_ms` for one that does not begin, longer for one that collects. Any thread but theirs.
  // Once `stop` is true nothing is waited for: the process is about to die, and its threads answer no more.
  // Answers how long the last collection that was asked for took, of the isolate where it took longest; 0: none yet.
  static int64_t ask_all(const benchmem_abi& abi, unsigned most_ms, bool collect,
                         const std::atomic<bool>& stop) noexcept;
  // At the process's end: no isolate is asked from here on, and the current thread's is read, if it has one that is gauged.
  // SAFETY: it never collects, not even where that was asked for: process.exit() destroys the platform, whose tasks V8
  // collects with, before exit()'s handlers run. answer() runs from V8 or the loop only, which both end before that.
  static void read_last() noexcept;
  // What every isolate last said. Resets `all_collected`.
  static HeapLevels take_levels() noexcept;

 private:
  HeapGauge(const benchmem_abi& abi, Isolate* isolate, Wake wake, void* context) noexcept
      : abi_(abi), isolate_(isolate), wake_(wake), wake_context_(context) {}
  ~HeapGauge() = default;

  static void on_prologue(Isolate*, int type, int flags, void* self) noexcept;
  static void on_epilogue(Isolate*, int type, int flags, void* self) noexcept;
  static void on_interrupt(Isolate* isolate, void*) noexcept;
  static HeapGauge* find_locked(const Isolate* isolate) noexcept;
  static unsigned unanswered_locked() noexcept;
  static bool must_wait_locked(bool patient) noexcept;
  // `collected`: what fell since the last reading was freed, and is not less that was allocated.
  void read(bool collected) noexcept;
  void collect() noexcept;

  const benchmem_abi& abi_;
  Isolate* const isolate_;
  const Wake wake_;
  void* const wake_context_;
  HeapGauge* next_ = nullptr;
  std::atomic<int64_t> used_bytes_{0};
  std::atomic<int64_t> committed_bytes_{0};
  std::atomic<int64_t> physical_bytes_{0};
  std::atomic<int64_t> limit_bytes_{0};
  std::atomic<int64_t> peak_bytes_{0};
  std::atomic<int64_t> allocated_bytes_{0};
  std::atomic<int64_t> after_full_bytes_{-1};
  std::atomic<uint64_t> full_collections_{0};
  std::atomic<uint64_t> asked_{0};
  std::atomic<uint64_t> answered_{0};
  // INVARIANT: collect_asked_ is the number of an ask, and only the isolate's thread writes the three after it.
  std::atomic<uint64_t> collect_asked_{0};
  std::atomic<uint64_t> collected_{0};
  std::atomic<bool> collecting_{false};
  std::atomic<int64_t> collection_ns_{0};
  uint64_t full_collections_taken_ = 0; // at the last take_levels(); under the list's lock
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_HEAP_GAUGE_H_
