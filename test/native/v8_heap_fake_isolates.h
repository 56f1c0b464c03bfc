// Isolates without V8: what runs on one's thread, what its callbacks are told, and an interface of the core that adds up.
#ifndef TEST_NATIVE_V8_HEAP_FAKE_ISOLATES_H_
#define TEST_NATIVE_V8_HEAP_FAKE_ISOLATES_H_

#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

#include "v8_heap/code_listener.h"
#include "v8_heap/heap_observer.h"
#include "v8_heap/observers.h"

namespace fake_isolates {

using namespace benchmem::v8_heap;

struct Fake {
  std::mutex locker; // as V8's: whoever runs an embedded one has it
  std::mutex queue;  // of its interrupts, which any thread may ask for
  std::vector<std::pair<InterruptCallback, void*>> interrupts;
  GcCallback prologue = nullptr;
  GcCallback epilogue = nullptr;
  void* context = nullptr;
  bool is_woken = false;
  int collections = 0;
  size_t used = 1000;
  size_t pages = 0;
  HeapObserver* observer = nullptr;

  Isolate* isolate() { return reinterpret_cast<Isolate*>(this); }
  static Fake* of(Isolate* isolate) { return reinterpret_cast<Fake*>(isolate); }
};

inline thread_local Fake* current = nullptr;
inline thread_local bool is_locked = true; // the current one, by this thread
inline std::atomic<int64_t> contributed{0};
inline std::atomic<int64_t> most_contributed{0};
inline std::atomic<int64_t> engine_bytes{-1}; // below 0: not known
inline std::atomic<int> holds{0};             // of the engine's threads
inline benchmem_pressure_callback watching = nullptr;

// Has `act` happen on the isolate's own thread.
template <class Act>
void on_thread_of(Fake& fake, Act act) {
  Fake* before = std::exchange(current, &fake);
  act();
  current = before;
}

inline std::vector<std::pair<InterruptCallback, void*>> take_interrupts(Fake& fake) {
  std::lock_guard<std::mutex> guard(fake.queue);
  return std::exchange(fake.interrupts, {});
}

// What runs JavaScript serves its interrupts.
inline void run_javascript(Fake& fake) {
  on_thread_of(fake, [&] {
    for (auto& [callback, context] : take_interrupts(fake)) callback(fake.isolate(), context);
  });
}
inline void take_turn(Fake& fake) {
  if (std::exchange(fake.is_woken, false)) on_thread_of(fake, [&] { fake.observer->woken(); });
}

inline void contribute(benchmem_part, int64_t delta) {
  const int64_t now = contributed += delta;
  int64_t most = most_contributed.load();
  while (now > most && !most_contributed.compare_exchange_weak(most, now)) {
  }
}

inline benchmem_abi fake_abi() {
  benchmem_abi abi{};
  abi.watch_current_thread = [](benchmem_pressure_callback callback, void*, uint64_t) {
    static std::mutex lock;
    std::lock_guard<std::mutex> guard(lock);
    watching = callback;
    return BENCHMEM_OK;
  };
  abi.watch_engine_mappings = [](benchmem_pressure_callback, void*) { return BENCHMEM_OK; };
  abi.pause_current_thread = [] {};
  abi.resume_current_thread = [] {};
  abi.window_open = [](const benchmem_window_options*, uint64_t* token) {
    *token = 1;
    contributed = most_contributed = 0;
    return BENCHMEM_OK;
  };
  abi.window_drain = [](uint64_t) { return BENCHMEM_OK; };
  abi.window_read = abi.window_close = [](uint64_t, benchmem_reading*) { return BENCHMEM_OK; };
  abi.contribute = contribute;
  abi.hold_engine_threads = [] { ++holds; };
  abi.release_engine_threads = [] { --holds; };
  abi.sum_now = [](int64_t*) { return BENCHMEM_NO_WINDOW; };
  abi.engine_committed = [](int64_t* out) {
    *out = engine_bytes;
    return *out < 0 ? BENCHMEM_NOT_AVAILABLE : BENCHMEM_OK;
  };
  return abi;
}
inline const benchmem_abi abi = fake_abi();

inline Symbols fake_symbols() {
  Symbols table{};
  table.try_get_current = [] { return current == nullptr ? nullptr : current->isolate(); };
  table.construct_heap_statistics = [](HeapStatistics* statistics) { *statistics = {}; };
  table.get_heap_statistics = [](Isolate* isolate, HeapStatistics* statistics) {
    statistics->used_heap_size = Fake::of(isolate)->used;
    statistics->total_heap_size = Fake::of(isolate)->pages;
  };
  table.add_gc_prologue = [](Isolate* isolate, GcCallback callback, void* context, int) {
    Fake::of(isolate)->prologue = callback;
    Fake::of(isolate)->context = context;
  };
  table.add_gc_epilogue = [](Isolate* isolate, GcCallback callback, void*, int) {
    Fake::of(isolate)->epilogue = callback;
  };
  table.remove_gc_prologue = [](Isolate* isolate, GcCallback, void*) { Fake::of(isolate)->prologue = nullptr; };
  table.remove_gc_epilogue = [](Isolate* isolate, GcCallback, void*) { Fake::of(isolate)->epilogue = nullptr; };
  table.request_interrupt = [](Isolate* isolate, InterruptCallback callback, void* context) {
    std::lock_guard<std::mutex> guard(Fake::of(isolate)->queue);
    Fake::of(isolate)->interrupts.emplace_back(callback, context);
  };
  table.low_memory_notification = [](Isolate* isolate) { ++Fake::of(isolate)->collections; };
  table.is_locked_here = [](Isolate* isolate) { return is_locked && current == Fake::of(isolate); };
  return table;
}
inline const Symbols table = fake_symbols();

} // namespace fake_isolates

#endif // TEST_NATIVE_V8_HEAP_FAKE_ISOLATES_H_
