#include "mappings/table_state.h"

#include "kernel/raw_pages.h"
#include "tracker/tracker.h"

namespace benchmem::mappings {

State state;
__thread bool tls_inside __attribute__((tls_model("initial-exec"))) = false;

bool is_complete() noexcept { return state.has_table && !state.table.overflowed(); }

int64_t committed_stores() noexcept { return static_cast<int64_t>(state.table.committed(RegionKind::kBackingStore)); }

namespace {

constexpr size_t kMaxRegions = size_t{1} << 18; // four times what the kernel allows by default

bool prepare_table() noexcept {
  if (state.has_table || state.no_memory) return state.has_table;
  auto* room = static_cast<Region*>(map_pages(kMaxRegions * sizeof(Region)));
  state.no_memory = room == nullptr;
  if (room == nullptr) return false;
  state.table.use(room, kMaxRegions);
  return state.has_table = true;
}

// Under the lock.
// WHY: it is never negative, because memory from before the window must not make a peak smaller, as for native blocks
// and heaps.
void contribute_stores() noexcept {
  if (!is_complete()) return;
  const int64_t above = committed_stores() - state.opening_bytes;
  const int64_t share = above > 0 ? above : 0;
  if (share == state.contributed_bytes) return;
  tracker::contribute(BENCHMEM_PART_MAPPED_OTHER, share - state.contributed_bytes);
  state.contributed_bytes = share;
}

} // namespace

Hold::Hold() noexcept {
  tls_inside = true;
  state.lock.lock();
  prepare_table();
}

Hold::~Hold() {
  state.lock.unlock();
  tls_inside = false;
}

Change::~Change() { contribute_stores(); }

Range range_of(const void* address, size_t bytes) noexcept {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  const uintptr_t in_page = page_bytes() - 1;
  const uintptr_t end = begin + ((bytes + in_page) & ~in_page);
  return end < begin ? Range{begin, begin} : Range{begin & ~in_page, end};
}

} // namespace benchmem::mappings
