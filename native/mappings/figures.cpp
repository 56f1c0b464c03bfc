// The figures of mappings by owner, most resident first.
#include <cstring>

#include "kernel/raw_pages.h"
#include "mappings/mappings.h"
#include "mappings/table_state.h"

namespace benchmem::mappings {

namespace {

struct Extent {
  uint64_t reserved = 0;
  uint64_t committed = 0;
};
// WHY: it is static, because 16 KB are too much for some threads' stacks. Under the lock.
Extent g_extents[kResidentRows];

void fill_row(size_t index, benchmem_mapping_totals* out) noexcept {
  *out = {};
  const char* path = "";
  if (index == kEngineRow) {
    out->kind = BENCHMEM_MAPPED_BY_ENGINE;
  } else if (index == kBackingStoreRow) {
    out->kind = BENCHMEM_MAPPED_FOR_BUFFERS;
  } else {
    const bool is_earlier = index >= kFirstEarlierRow;
    const bool is_pool = !is_earlier && index >= kFirstPoolRow;
    const size_t first = is_earlier ? kFirstEarlierRow : (is_pool ? kFirstPoolRow : 0);
    out->kind = is_earlier ? BENCHMEM_MAPPED_EARLIER : (is_pool ? BENCHMEM_MAPPED_AS_POOL : BENCHMEM_MAPPED_BY_OBJECT);
    path = object_path(static_cast<ObjectId>(index - first));
  }
  memcpy(out->path, path, strnlen(path, sizeof(out->path) - 1));
  const ResidentRows::Row& row = state.resident.row(index);
  out->reserved_bytes = g_extents[index].reserved;
  out->committed_bytes = g_extents[index].committed;
  out->resident_bytes = row.now;
  out->resident_opening_bytes = row.opening;
  out->resident_peak_bytes = row.peak;
}

} // namespace

benchmem_status figures(benchmem_mapping_totals* out, size_t* count) noexcept {
  ErrnoGuard guard;
  const Hold hold;
  if (!is_complete()) return BENCHMEM_NOT_AVAILABLE;
  state.resident.read(state.table);
  if (residency_refused()) return BENCHMEM_NOT_AVAILABLE;
  for (Extent& extent : g_extents) extent = {};
  for (const Region& region : state.table) {
    Extent& extent = g_extents[row_of(region.attributes)];
    extent.reserved += region.range.bytes();
    if (region.attributes.committed) extent.committed += region.range.bytes();
  }
  size_t found = 0;
  bool taken[kResidentRows] = {};
  while (found < *count) {
    size_t most = kResidentRows;
    for (size_t index = 0; index != kResidentRows; ++index) {
      const ResidentRows::Row& row = state.resident.row(index);
      if (taken[index] || (g_extents[index].reserved == 0 && row.peak == 0)) continue;
      if (most == kResidentRows || row.peak > state.resident.row(most).peak) most = index;
    }
    if (most == kResidentRows) break;
    taken[most] = true;
    fill_row(most, &out[found++]);
  }
  *count = found;
  return BENCHMEM_OK;
}

} // namespace benchmem::mappings
