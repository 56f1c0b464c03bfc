// One function per shape of the contract; no arithmetic but the choice of what is absent.
#include "binding/convert.h"

#include <algorithm>
#include <cstring>

namespace benchmem::binding {
namespace {

// Exact up to 2^53 bytes.
template <class Integer>
void set_number(Napi::Object& object, const char* name, Integer value) {
  object.Set(name, Napi::Number::New(object.Env(), static_cast<double>(value)));
}

const char* phase_name(uint32_t phase) noexcept {
  switch (phase) {
    case BENCHMEM_MEASURING: return "measuring";
    case BENCHMEM_DRAINING: return "draining";
    default: return "closed";
  }
}

Napi::Object source_object(Napi::Env env, const benchmem_source_totals& totals) {
  Napi::Object object = Napi::Object::New(env);
  set_number(object, "allocations", totals.allocations);
  set_number(object, "totalBytes", totals.total_bytes);
  set_number(object, "liveBytes", totals.live_bytes);
  set_number(object, "peakBytes", totals.peak_bytes);
  set_number(object, "olderFreedBlocks", totals.older_freed_blocks);
  set_number(object, "olderFreedBytes", totals.older_freed_bytes);
  return object;
}

Napi::Object sum_object(Napi::Env env, const benchmem_reading& reading, bool has_js, bool has_mapped) {
  Napi::Object object = Napi::Object::New(env);
  set_number(object, "peakBytes", reading.sum_peak_bytes);
  set_number(object, "nativeAtPeakBytes", reading.program_at_peak_bytes);
  if (has_js) set_number(object, "jsAtPeakBytes", reading.part_at_peak_bytes[BENCHMEM_PART_JS]);
  if (has_mapped) {
    set_number(object, "mappedOtherAtPeakBytes", reading.part_at_peak_bytes[BENCHMEM_PART_MAPPED_OTHER]);
    set_number(object, "mappedOtherBytes", reading.part_bytes[BENCHMEM_PART_MAPPED_OTHER]);
  }
  return object;
}

Napi::Object near_live_object(Napi::Env env, const v8_heap::HeapFigures& heap) {
  Napi::Object object = Napi::Object::New(env);
  set_number(object, "slackBytes", heap.slack_bytes);
  set_number(object, "forcedCollections", heap.forced_collections);
  return object;
}

const char* mapped_by_name(uint32_t kind) noexcept {
  switch (kind) {
    case BENCHMEM_MAPPED_BY_ENGINE: return "engine";
    case BENCHMEM_MAPPED_FOR_BUFFERS: return "buffers";
    case BENCHMEM_MAPPED_AS_POOL: return "pool";
    case BENCHMEM_MAPPED_EARLIER: return "earlier";
    default: return "object";
  }
}

Napi::Object js_object(Napi::Env env, const benchmem_reading& reading, const v8_heap::HeapFigures& heap) {
  Napi::Object object = Napi::Object::New(env);
  set_number(object, "baselineBytes", heap.baseline_bytes);
  set_number(object, "usedBytes", heap.used_bytes);
  set_number(object, "peakBytes", std::max<int64_t>(0, reading.part_peak_bytes[BENCHMEM_PART_JS]));
  set_number(object, "totalBytes", heap.total_bytes);
  set_number(object, "collections", heap.collections);
  set_number(object, "unreadIsolates", heap.unread_isolates);
  if (heap.unobserved_bytes >= 0) set_number(object, "unobservedBytes", heap.unobserved_bytes);
  set_number(object, "physicalGrowthBytes", heap.physical_growth_bytes);
  set_number(object, "embeddedOpeningBytes", heap.embedded_opening_bytes);
  set_number(object, "embeddedUsedBytes", heap.embedded_used_bytes);
  set_number(object, "embeddedStanding", heap.embedded_standing);
  if (heap.floor_bytes >= 0) set_number(object, "floorBytes", heap.floor_bytes);
  if (heap.near_live) object.Set("nearLive", near_live_object(env, heap));
  return object;
}

} // namespace

Napi::Object reading_object(Napi::Env env, const benchmem_reading& reading, const v8_heap::HeapFigures* heap,
                            bool has_mapped) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("program", source_object(env, reading.source[BENCHMEM_PROGRAM]));
  object.Set("engine", source_object(env, reading.source[BENCHMEM_ENGINE]));
  object.Set("sum", sum_object(env, reading, heap != nullptr, has_mapped));
  if (heap != nullptr) object.Set("js", js_object(env, reading, *heap));
  set_number(object, "settlements", reading.settlements);
  set_number(object, "threadsSeen", reading.threads_seen);
  object.Set("phase", phase_name(reading.phase));
  return object;
}

Napi::Object allocator_object(Napi::Env env, const benchmem_allocator_figures& figures) {
  Napi::Object object = Napi::Object::New(env);
  set_number(object, "mappedBytes", figures.mapped_bytes);
  set_number(object, "mappedPeakBytes", figures.mapped_peak_bytes);
  set_number(object, "requestedAtMappedPeakBytes", figures.requested_at_mapped_peak_bytes);
  set_number(object, "activeBytes", figures.active_bytes);
  set_number(object, "residentBytes", figures.resident_bytes);
  set_number(object, "allocatedBytes", figures.allocated_bytes);
  return object;
}

Napi::Object mapping_row(Napi::Env env, const benchmem_mapping_totals& totals) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("object", Napi::String::New(env, totals.path));
  object.Set("mappedBy", mapped_by_name(totals.kind));
  set_number(object, "reservedBytes", totals.reserved_bytes);
  set_number(object, "committedBytes", totals.committed_bytes);
  set_number(object, "residentBytes", totals.resident_bytes);
  set_number(object, "residentOpeningBytes", totals.resident_opening_bytes);
  set_number(object, "residentPeakBytes", totals.resident_peak_bytes);
  return object;
}

Napi::Object shared_object_row(Napi::Env env, const benchmem_object_totals& totals) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("object", Napi::String::New(env, totals.path));
  object.Set("source", totals.source == BENCHMEM_ENGINE ? "engine" : "program");
  set_number(object, "allocations", totals.allocations);
  set_number(object, "totalBytes", totals.total_bytes);
  set_number(object, "liveBytes", totals.live_bytes);
  return object;
}

Napi::Object description_object(Napi::Env env, const benchmem_self_description& description,
                                const char* js_unsupported) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("mode", Napi::String::New(env, description.mode));
  Napi::Object allocator = Napi::Object::New(env);
  allocator.Set("name", Napi::String::New(env, description.allocator));
  allocator.Set("version", Napi::String::New(env, description.allocator_version));
  object.Set("allocator", allocator);
  if (description.unsupported_reason[0] != '\0') {
    object.Set("unsupported", Napi::String::New(env, description.unsupported_reason));
  }
  object.Set("engineSplit", description.engine_split_exact != 0 ? "symbols" : "approximate");
  set_number(object, "engineRuns", description.engine_runs);
  if (std::strcmp(description.mode, "attached") == 0) {
    set_number(object, "hookedObjects", description.hooked_objects);
    set_number(object, "hookedSlots", description.hooked_slots);
  }
  if (js_unsupported != nullptr) object.Set("jsHeapUnsupported", Napi::String::New(env, js_unsupported));
  return object;
}

} // namespace benchmem::binding
