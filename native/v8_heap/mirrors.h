// Mirrors of the few V8 types that cross our calls into V8: only the members that we read, at their offsets.
// Nothing here is trusted before self_test.h has compared it with the running V8.
#ifndef BENCHMEM_V8_HEAP_MIRRORS_H_
#define BENCHMEM_V8_HEAP_MIRRORS_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::v8_heap {

// v8::Isolate and v8::HeapProfiler: only ever pointers.
struct Isolate;
struct HeapProfiler;

// v8::HeapStatistics of V8 11 to 14. The tail is room for members that later versions append.
struct HeapStatistics {
  size_t total_heap_size;
  size_t total_heap_size_executable;
  size_t total_physical_size;
  size_t total_available_size;
  size_t used_heap_size;
  size_t heap_size_limit;
  size_t room[58];
};
static_assert(offsetof(HeapStatistics, used_heap_size) == 4 * sizeof(size_t), "fifth word of the class");
static_assert(sizeof(HeapStatistics) == 512, "room for what V8 may append");

// v8::GCType, a bit set. The second was minor mark-compact in older versions.
enum GcType : int {
  kScavenge = 1,
  kMinorMarkSweep = 2,
  kMarkSweepCompact = 4,
  kIncrementalMarkingStart = 8,
  kWeakCallbacks = 16,
  kAllGcTypes = 31,
};

// v8::Isolate::GarbageCollectionType.
enum GarbageCollectionType : int { kFullGarbageCollection = 0 };

// v8::MemoryPressureLevel.
enum MemoryPressureLevel : int { kNoPressure = 0, kCriticalPressure = 2 };

// v8::JitCodeEvent. What `kind` leaves unset holds no value: a start of positions has no code_start, only an addition has
// a script and a name.
enum JitCodeEventKind : int {
  kCodeAdded = 0,
  kCodeMoved = 1,
  kCodeRemoved = 2,
  kPosition = 3,
  kPositionsStart = 4,
  kPositionsEnd = 5,
};
enum JitCodeType : int { kByteCode = 0, kJitCode = 1, kWasmCode = 2 };
struct JitCodeEvent {
  int kind;
  int code_type;
  const void* code_start;
  size_t code_bytes;
  const void* script; // v8::Local<v8::UnboundScript>
  void* user_data;    // ours: what the handler puts here at a start comes back in the positions and at their end
  const void* wasm_source;
  union {
    struct {
      const char* text;
      size_t length;
    } name;
    struct {
      size_t offset;
      size_t position;
      int type; // 0: every position; 1: those of statements, once more
    } position;
    const void* new_start;
  };
  Isolate* isolate;
};
static_assert(offsetof(JitCodeEvent, isolate) == 72, "after a union of three words");
using JitCodeEventHandler = void (*)(const JitCodeEvent* event);
// v8::JitCodeEventOptions.
enum JitCodeEventOptions : int { kOnlyFromNowOn = 0, kExistingToo = 1 };

// v8::RegisterState and v8::SampleInfo, with room for what later versions append.
struct RegisterState {
  const void* pc;
  const void* sp;
  const void* fp;
  const void* room[5];
};
struct SampleInfo {
  size_t frames;
  const void* room[15];
};

using GcCallback = void (*)(Isolate* isolate, int type, int flags, void* context);
using InterruptCallback = void (*)(Isolate* isolate, void* context);
using CallCallback = void (*)(Isolate* isolate);

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_MIRRORS_H_
