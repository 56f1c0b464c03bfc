// V8's entry points, found by their mangled names in the running executable: one binary serves every V8.
// A missing symbol is a reason in words, never a null call.
#ifndef BENCHMEM_V8_HEAP_SYMBOLS_H_
#define BENCHMEM_V8_HEAP_SYMBOLS_H_

#include "v8_heap/mirrors.h"

namespace benchmem::v8_heap {

// INVARIANT: every pointer above the first comment is set when missing_symbol() is null.
// Member functions are called as plain functions: `this` is the first argument in every ABI we run on.
struct Symbols {
  Isolate* (*try_get_current)();
  void (*construct_heap_statistics)(HeapStatistics* statistics);
  void (*get_heap_statistics)(Isolate* isolate, HeapStatistics* statistics);
  void (*add_gc_prologue)(Isolate* isolate, GcCallback callback, void* context, int types);
  void (*add_gc_epilogue)(Isolate* isolate, GcCallback callback, void* context, int types);
  void (*remove_gc_prologue)(Isolate* isolate, GcCallback callback, void* context);
  void (*remove_gc_epilogue)(Isolate* isolate, GcCallback callback, void* context);
  void (*request_interrupt)(Isolate* isolate, InterruptCallback callback, void* context);
  void (*low_memory_notification)(Isolate* isolate);
  // Null if this V8 has none: embedded isolates cannot be observed then.
  bool (*is_locked_here)(Isolate* isolate);
  Isolate* (*snapshot_isolate)(void* creator); // of a SnapshotCreator; the same
  // Null if this V8 has none: garbage cannot be kept small then. Aborts the process without --expose-gc.
  void (*request_garbage_collection)(Isolate* isolate, GarbageCollectionType type);
  // Null if this V8 has none. On the isolate's own thread the critical level is one full collection at once.
  void (*memory_pressure_notification)(Isolate* isolate, MemoryPressureLevel level);
  // Null if this V8 has none, or BENCHMEM_SIMULATE_NO_CODE_EVENTS=1: then no frame of JavaScript is named. A null
  // handler ends the events.
  void (*set_jit_code_event_handler)(Isolate* isolate, JitCodeEventOptions options, JitCodeEventHandler handler);
  void (*get_stack_sample)(Isolate* isolate, const RegisterState& registers, const void** frames, size_t room,
                           SampleInfo* info);
  // `script` is the local handle of an UnboundScript. Null if this V8 has none: then scripts have no numbers.
  int (*script_id)(const void* script);
  // Null if this V8 has none: then nobody knows how often JavaScript is called.
  void (*add_before_call_entered)(Isolate* isolate, CallCallback callback);
  void (*remove_before_call_entered)(Isolate* isolate, CallCallback callback);
  // Null if this V8 has none: then objects cannot be told by their age.
  HeapProfiler* (*get_heap_profiler)(Isolate* isolate);
  void (*start_tracking_objects)(HeapProfiler* profiler, bool with_stacks);
  // Null if this V8 has none.
  void (*set_flags_from_string)(const char* flags, size_t length);
  // `stream` is a v8::OutputStream. The highest number of an object.
  uint32_t (*get_object_statistics)(HeapProfiler* profiler, void* stream, int64_t* timestamp);
};

// Looked up once per process, when the addon is loaded.
const Symbols& symbols() noexcept;
// The first entry point that this runtime lacks, as its C++ name; null when all are there.
// BENCHMEM_SIMULATE_UNKNOWN_V8=1 in the environment makes one missing, for tests.
const char* missing_symbol() noexcept;
// A sentence about it, for people; null when all are there.
const char* missing_symbol_reason() noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_SYMBOLS_H_
