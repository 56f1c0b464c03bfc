// Takes the figures first, then writes them: nothing of the writing is in them.
#include "reporter/snapshot.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "reporter/loop_turns.h"
#include "reporter/process_figures.h"
#include "reporter/program_times.h"
#include "v8_heap/heap_gauge.h"
#include "v8_heap/js_calls.h"
#include "v8_heap/unobserved.h"

namespace benchmem::reporter {
namespace {

// The shared objects with the most live bytes are the evidence of a leak; the table is small.
constexpr size_t kMostObjects = 256;
constexpr size_t kShownObjects = 10;
benchmem_object_totals objects[kMostObjects];
constexpr size_t kMostMappings = 64;
constexpr size_t kShownMappings = 12;
benchmem_mapping_totals mappings[kMostMappings];

class Line {
 public:
  Line(char* out, size_t room) noexcept : out_(out), room_(room) {}

  __attribute__((format(printf, 2, 3))) void add(const char* format, ...) noexcept {
    if (full_) return;
    va_list arguments;
    va_start(arguments, format);
    const int wanted = std::vsnprintf(out_ + used_, room_ - used_, format, arguments);
    va_end(arguments);
    full_ = wanted < 0 || static_cast<size_t>(wanted) >= room_ - used_;
    if (!full_) used_ += static_cast<size_t>(wanted);
  }
  void add_string(const char* text) noexcept {
    add("\"");
    for (const char* at = text; *at != '\0'; ++at) {
      const auto byte = static_cast<unsigned char>(*at);
      if (byte == '"' || byte == '\\')
        add("\\%c", byte);
      else if (byte < 0x20)
        add("\\u%04x", byte);
      else
        add("%c", byte);
    }
    add("\"");
  }
  // A member of the object that is open; nothing if it was not measured.
  void add_member(const char* name, int64_t value) noexcept {
    if (value >= 0) add("%s\"%s\":%lld", comma(), name, static_cast<long long>(value));
  }
  void open(const char* name) noexcept {
    add("%s\"%s\":{", comma(), name);
    first_ = true;
  }
  void close() noexcept {
    add("}");
    first_ = false;
  }
  const char* comma() noexcept {
    const bool first = first_;
    first_ = false;
    return first ? "" : ",";
  }
  size_t length() const noexcept { return full_ ? 0 : used_; }

 private:
  char* const out_;
  const size_t room_;
  size_t used_ = 0;
  bool full_ = false;
  bool first_ = false;
};

void add_source(Line& line, const char* name, const benchmem_source_totals& totals) noexcept {
  line.open(name);
  line.add_member("live_bytes", totals.live_bytes);
  line.add_member("peak_bytes", totals.peak_bytes);
  line.add_member("total_bytes", static_cast<int64_t>(totals.total_bytes));
  line.add_member("allocations", static_cast<int64_t>(totals.allocations));
  line.close();
}

void add_heap(Line& line, const v8_heap::HeapLevels& heap, int64_t unobserved_bytes) noexcept {
  line.open("js");
  line.add_member("used_bytes", heap.used_bytes);
  line.add_member("allocated_bytes", heap.allocated_bytes);
  line.add_member("after_full_gc_bytes", heap.after_full_bytes);
  line.add_member("full_gcs", static_cast<int64_t>(heap.full_collections));
  line.add_member("committed_bytes", heap.committed_bytes);
  line.add_member("physical_bytes", heap.physical_bytes);
  line.add_member("unobserved_bytes", unobserved_bytes);
  line.add_member("limit_bytes", heap.limit_bytes);
  line.add_member("main_peak_bytes", heap.main_peak_bytes);
  line.add_member("calls", v8_heap::js_calls());
  line.add_member("isolates", heap.isolates);
  line.add_member("unanswered_isolates", heap.unanswered);
  if (heap.all_collected) line.add(",\"collected\":true");
  line.close();
}

void add_held(Line& line, const HeldFigures& held) noexcept {
  if (held.held_bytes < 0) return;
  line.open("allocator");
  line.add_member("held_bytes", held.held_bytes);
  line.add_member("used_bytes", held.used_bytes);
  line.add_member("free_bytes", held.free_bytes);
  line.close();
}

HeldFigures read_held(const benchmem_abi& abi, bool glibc) noexcept {
  if (glibc) return read_glibc();
  benchmem_allocator_figures figures = {};
  HeldFigures out;
  if (abi.allocator_figures(&figures) != BENCHMEM_OK) return out;
  out.held_bytes = static_cast<int64_t>(figures.mapped_bytes);
  out.used_bytes = static_cast<int64_t>(figures.allocated_bytes);
  out.free_bytes = out.held_bytes > out.used_bytes ? out.held_bytes - out.used_bytes : 0;
  return out;
}

void add_resident(Line& line, const ResidentFigures& resident, int64_t own_bytes) noexcept {
  line.open("resident");
  line.add_member("total_bytes", resident.total_bytes);
  line.add_member("anonymous_bytes", resident.anonymous_bytes);
  line.add_member("file_bytes", resident.file_bytes);
  line.add_member("shared_bytes", resident.shared_bytes);
  line.add_member("peak_bytes", resident.peak_bytes);
  line.add_member("benchmem_bytes", own_bytes);
  line.close();
}

// By live bytes: window_objects sorts by what was ever allocated.
void add_objects(Line& line, size_t count) noexcept {
  line.add(",\"objects\":[");
  for (size_t shown = 0; shown < count && shown < kShownObjects; ++shown) {
    size_t most = shown;
    for (size_t each = shown + 1; each < count; ++each) {
      if (objects[each].live_bytes > objects[most].live_bytes) most = each;
    }
    const benchmem_object_totals row = objects[most];
    objects[most] = objects[shown];
    objects[shown] = row;
    line.add("%s{\"object\":", shown == 0 ? "" : ",");
    line.add_string(row.path);
    line.add(",\"source\":\"%s\"", row.source == BENCHMEM_ENGINE ? "engine" : "program");
    line.add_member("live_bytes", row.live_bytes);
    line.add_member("total_bytes", static_cast<int64_t>(row.total_bytes));
    line.add_member("allocations", static_cast<int64_t>(row.allocations));
    line.add("}");
  }
  line.add("]");
}

const char* kind_name(uint32_t kind) noexcept {
  switch (kind) {
    case BENCHMEM_MAPPED_BY_ENGINE: return "engine";
    case BENCHMEM_MAPPED_FOR_BUFFERS: return "buffers";
    case BENCHMEM_MAPPED_AS_POOL: return "pool";
    default: return "object";
  }
}

// Sums over all owners, shown or not: nothing may look unexplained for lack of room.
struct MappedSums {
  uint64_t resident = 0;
  uint64_t by_kind[4] = {};
  uint64_t engine_committed = 0;
};

MappedSums sums_of(size_t count) noexcept {
  MappedSums sums;
  for (size_t each = 0; each < count; ++each) {
    const benchmem_mapping_totals& row = mappings[each];
    sums.resident += row.resident_bytes;
    sums.by_kind[row.kind & 3] += row.resident_bytes;
    if (row.kind == BENCHMEM_MAPPED_BY_ENGINE) sums.engine_committed += row.committed_bytes;
  }
  return sums;
}

// Most resident first, as they come.
void add_mappings(Line& line, const MappedSums& sums, size_t count) noexcept {
  line.open("mapped");
  line.add_member("resident_bytes", static_cast<int64_t>(sums.resident));
  line.add_member("engine_bytes", static_cast<int64_t>(sums.by_kind[BENCHMEM_MAPPED_BY_ENGINE]));
  line.add_member("engine_committed_bytes", static_cast<int64_t>(sums.engine_committed));
  line.add_member("buffers_bytes", static_cast<int64_t>(sums.by_kind[BENCHMEM_MAPPED_FOR_BUFFERS]));
  line.add_member("pool_bytes", static_cast<int64_t>(sums.by_kind[BENCHMEM_MAPPED_AS_POOL]));
  line.add_member("private_bytes", static_cast<int64_t>(sums.by_kind[BENCHMEM_MAPPED_BY_OBJECT]));
  line.add(",\"by_owner\":[");
  for (size_t each = 0; each < count && each < kShownMappings; ++each) {
    const benchmem_mapping_totals& row = mappings[each];
    line.add("%s{\"object\":", each == 0 ? "" : ",");
    line.add_string(row.path);
    line.add(",\"kind\":\"%s\"", kind_name(row.kind));
    line.add_member("reserved_bytes", static_cast<int64_t>(row.reserved_bytes));
    line.add_member("committed_bytes", static_cast<int64_t>(row.committed_bytes));
    line.add_member("resident_bytes", static_cast<int64_t>(row.resident_bytes));
    line.add("}");
  }
  line.add("]");
  line.close();
}

// One entry per figure that is missing, and why: absent is never silent.
void add_missing(Line& line, const ResidentFigures& resident, bool mapped) noexcept {
  const int residency = mapped ? 0 : residency_error();
  if (resident.error == 0 && mapped) return;
  line.add(",\"missing\":[");
  if (resident.error != 0) line.add("\"/proc/self/status: %s\"", std::strerror(resident.error));
  if (!mapped) {
    line.add("%s\"%s%s\"", resident.error != 0 ? "," : "",
             residency == 0 ? "the table of mappings overflowed" : "mincore: ",
             residency == 0 ? "" : std::strerror(residency));
  }
  line.add("]");
}

v8_heap::UnobservedPages unobserved_pages;

void add_buffers(Line& line, const benchmem_reading& reading) noexcept {
  line.open("mapped_other");
  line.add_member("live_bytes", reading.part_bytes[BENCHMEM_PART_MAPPED_OTHER]);
  line.add_member("peak_bytes", reading.part_peak_bytes[BENCHMEM_PART_MAPPED_OTHER]);
  line.close();
}

} // namespace

size_t write_snapshot(const benchmem_abi& abi, const SnapshotRequest& request, char* out, size_t room) noexcept {
  benchmem_reading reading = {};
  const ResidentFigures resident = read_resident();
  const benchmem_status read = abi.window_read(request.token, &reading);
  size_t count = kMostObjects;
  const benchmem_status by_object = abi.window_objects(request.token, objects, &count);
  size_t mapping_count = kMostMappings;
  const bool mapped = abi.mapping_figures(mappings, &mapping_count) == BENCHMEM_OK;
  const MappedSums sums = sums_of(mapped ? mapping_count : 0);
  const v8_heap::HeapLevels heap = request.has_heap ? v8_heap::HeapGauge::take_levels() : v8_heap::HeapLevels{};
  const auto engine_bytes = static_cast<int64_t>(sums.engine_committed);
  if (request.is_first) unobserved_pages.open(engine_bytes, heap.committed_bytes);
  const HeldFigures held = read_held(abi, request.glibc);
  const int64_t turns = loop_turns();
  const ProgramTimes times = read_program_times();
  uint64_t own_bytes = 0;
  const bool owns = abi.own_resident_bytes(&own_bytes) == BENCHMEM_OK;
  Line line(out, room);
  line.add("{\"kind\":\"%s\"", request.kind);
  line.add_member("at_ms", request.at_ms);
  line.add_member("cpu_us", times.cpu_us);
  line.add_member("waited_us", times.waited_us);
  line.add_member("loop_turns", turns);
  if (main_loop_ends()) line.add(",\"loop_ends\":true");
  if (request.lost > 0) line.add_member("lost_snapshots", request.lost);
  if (read == BENCHMEM_OK) {
    add_source(line, "program", reading.source[BENCHMEM_PROGRAM]);
    add_source(line, "engine", reading.source[BENCHMEM_ENGINE]);
    if (mapped) add_buffers(line, reading);
  }
  if (request.has_heap) add_heap(line, heap, mapped ? unobserved_pages.read(engine_bytes, heap.committed_bytes) : -1);
  add_held(line, held);
  add_resident(line, resident, owns ? static_cast<int64_t>(own_bytes) : -1);
  if (mapped) add_mappings(line, sums, mapping_count);
  add_missing(line, resident, mapped);
  if (by_object == BENCHMEM_OK) add_objects(line, count);
  line.add("}\n");
  return line.length();
}

} // namespace benchmem::reporter
