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
  int64_t limit_bytes = 0;       // of the isolate that was gauged first: the main thread's
  int64_t after_full_bytes = -1; // used right after the last full collection; -1: an isolate had none yet
  uint64_t full_collections = 0;
  uint32_t isolates = 0;
  uint32_t unanswered = 0; // of them: did not answer the last ask_all() in time
};

class HeapGauge {
 public:
  // Makes the isolate's thread call read() soon where it runs no JavaScript; any thread.
  using Wake = void (*)(void* context);

  // Gauges the current thread's isolate. Needs missing_symbol() == nullptr. Null: no isolate, or no memory.
  static HeapGauge* start(const benchmem_abi& abi, Wake wake, void* wake_context) noexcept;
  // On the same thread; afterwards `wake` is not called any more.
  void stop() noexcept;

  // On the isolate's own thread: takes its level now.
  void read() noexcept;

  // Asks every isolate for its level and waits, at most `most_ms`, until all have answered. Any thread but theirs.
  static void ask_all(const benchmem_abi& abi, unsigned most_ms) noexcept;
  // Reads the current thread's isolate, if it has one that is gauged.
  static void read_current() noexcept;
  static HeapLevels levels() noexcept;

 private:
  HeapGauge(const benchmem_abi& abi, Isolate* isolate, Wake wake, void* context) noexcept
      : abi_(abi), isolate_(isolate), wake_(wake), wake_context_(context) {}
  ~HeapGauge() = default;

  static void on_epilogue(Isolate*, int type, int flags, void* self) noexcept;
  static void on_interrupt(Isolate* isolate, void*) noexcept;
  static unsigned unanswered_locked() noexcept;

  const benchmem_abi& abi_;
  Isolate* const isolate_;
  const Wake wake_;
  void* const wake_context_;
  HeapGauge* next_ = nullptr;
  std::atomic<int64_t> used_bytes_{0};
  std::atomic<int64_t> committed_bytes_{0};
  std::atomic<int64_t> limit_bytes_{0};
  std::atomic<int64_t> after_full_bytes_{-1};
  std::atomic<uint64_t> full_collections_{0};
  std::atomic<uint64_t> asked_{0};
  std::atomic<uint64_t> answered_{0};
};

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_HEAP_GAUGE_H_
