// The dlsym table of V8's mangled names (Itanium ABI; identical in V8 11 to 14).
#include "v8_heap/symbols.h"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace benchmem::v8_heap {
namespace {

struct Lookup {
  Symbols table{};
  const char* missing = nullptr;
  char reason[160] = "";

  Lookup() noexcept;

  template <class Function>
  void find(Function& out, const char* cxx_name, const char* mangled) noexcept {
    void* address = dlsym(RTLD_DEFAULT, mangled);
    static_assert(sizeof(out) == sizeof(address), "a function pointer is a plain address here");
    std::memcpy(&out, &address, sizeof(out));
    if (address == nullptr && missing == nullptr) missing = cxx_name;
  }
};

bool is_set(const char* variable) noexcept {
  const char* value = std::getenv(variable);
  return value != nullptr && std::strcmp(value, "1") == 0;
}

// The common tail of the four callback registrations: (Isolate*, GCType, GCCallbackFlags, void*), void*.
#define BENCHMEM_GC_CALLBACK "EPFvPS0_NS_6GCTypeENS_15GCCallbackFlagsEPvES4_"

Lookup::Lookup() noexcept {
  find(table.try_get_current, "v8::Isolate::TryGetCurrent", "_ZN2v87Isolate13TryGetCurrentEv");
  find(table.construct_heap_statistics, "v8::HeapStatistics::HeapStatistics", "_ZN2v814HeapStatisticsC1Ev");
  find(table.get_heap_statistics, "v8::Isolate::GetHeapStatistics",
       "_ZN2v87Isolate17GetHeapStatisticsEPNS_14HeapStatisticsE");
  find(table.add_gc_prologue, "v8::Isolate::AddGCPrologueCallback",
       "_ZN2v87Isolate21AddGCPrologueCallback" BENCHMEM_GC_CALLBACK "S2_");
  find(table.add_gc_epilogue, "v8::Isolate::AddGCEpilogueCallback",
       "_ZN2v87Isolate21AddGCEpilogueCallback" BENCHMEM_GC_CALLBACK "S2_");
  find(table.remove_gc_prologue, "v8::Isolate::RemoveGCPrologueCallback",
       "_ZN2v87Isolate24RemoveGCPrologueCallback" BENCHMEM_GC_CALLBACK);
  find(table.remove_gc_epilogue, "v8::Isolate::RemoveGCEpilogueCallback",
       "_ZN2v87Isolate24RemoveGCEpilogueCallback" BENCHMEM_GC_CALLBACK);
  find(table.request_interrupt, "v8::Isolate::RequestInterrupt", "_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_");
  find(table.low_memory_notification, "v8::Isolate::LowMemoryNotification", "_ZN2v87Isolate21LowMemoryNotificationEv");
  const char* const needed = missing;
  find(table.is_locked_here, "v8::Locker::IsLocked", "_ZN2v86Locker8IsLockedEPNS_7IsolateE");
  find(table.snapshot_isolate, "v8::SnapshotCreator::GetIsolate", "_ZN2v815SnapshotCreator10GetIsolateEv");
  find(table.request_garbage_collection, "v8::Isolate::RequestGarbageCollectionForTesting",
       "_ZN2v87Isolate34RequestGarbageCollectionForTestingENS0_21GarbageCollectionTypeE");
  find(table.memory_pressure_notification, "v8::Isolate::MemoryPressureNotification",
       "_ZN2v87Isolate26MemoryPressureNotificationENS_19MemoryPressureLevelE");
  find(table.set_jit_code_event_handler, "v8::Isolate::SetJitCodeEventHandler",
       "_ZN2v87Isolate22SetJitCodeEventHandlerENS_19JitCodeEventOptionsEPFvPKNS_12JitCodeEventEE");
  find(table.get_stack_sample, "v8::Isolate::GetStackSample",
       "_ZN2v87Isolate14GetStackSampleERKNS_13RegisterStateEPPvmPNS_10SampleInfoE");
  if (is_set("BENCHMEM_SIMULATE_NO_CODE_EVENTS")) table.set_jit_code_event_handler = nullptr;
  find(table.script_id, "v8::UnboundScript::GetId", "_ZNK2v813UnboundScript5GetIdEv");
  find(table.add_before_call_entered, "v8::Isolate::AddBeforeCallEnteredCallback",
       "_ZN2v87Isolate28AddBeforeCallEnteredCallbackEPFvPS0_E");
  find(table.remove_before_call_entered, "v8::Isolate::RemoveBeforeCallEnteredCallback",
       "_ZN2v87Isolate31RemoveBeforeCallEnteredCallbackEPFvPS0_E");
  find(table.get_heap_profiler, "v8::Isolate::GetHeapProfiler", "_ZN2v87Isolate15GetHeapProfilerEv");
  find(table.start_tracking_objects, "v8::HeapProfiler::StartTrackingHeapObjects",
       "_ZN2v812HeapProfiler24StartTrackingHeapObjectsEb");
  find(table.set_flags_from_string, "v8::V8::SetFlagsFromString", "_ZN2v82V818SetFlagsFromStringEPKcm");
  find(table.get_object_statistics, "v8::HeapProfiler::GetHeapStats",
       "_ZN2v812HeapProfiler12GetHeapStatsEPNS_12OutputStreamEPl");
  if (is_set("BENCHMEM_SIMULATE_NO_HEAP_IDS")) table.get_object_statistics = nullptr;
  missing = needed;
  if (is_set("BENCHMEM_SIMULATE_UNKNOWN_V8")) missing = "v8::Isolate::GetHeapStatistics";
  if (missing != nullptr) {
    std::snprintf(reason, sizeof(reason), "this runtime's V8 has no %s that benchmem knows", missing);
  }
}

// WHY: this happens at load and not on first use, because the project is compiled without thread-safe local statics.
const Lookup lookup;

} // namespace

const Symbols& symbols() noexcept { return lookup.table; }
const char* missing_symbol() noexcept { return lookup.missing; }
const char* missing_symbol_reason() noexcept { return lookup.missing == nullptr ? nullptr : lookup.reason; }

} // namespace benchmem::v8_heap
