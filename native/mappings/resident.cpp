// mincore in pieces, and when to call it.

#include "mappings/resident.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "kernel/raw_pages.h"

namespace benchmem::mappings {

namespace {

constexpr size_t kPiecePages = 64 * 1024;
unsigned char g_pages[kPiecePages]; // under the mappings' lock
bool g_refused = false;             // under it too

uint64_t count_resident(size_t pages) noexcept {
  uint64_t resident = 0;
  for (size_t i = 0; i != pages; ++i) resident += g_pages[i] & 1;
  return resident;
}

} // namespace

size_t row_of(const Attributes& attributes) noexcept {
  switch (attributes.kind) {
    case RegionKind::kEngine: return kEngineRow;
    case RegionKind::kBackingStore: return kBackingStoreRow;
    case RegionKind::kPool: return kFirstPoolRow + attributes.owner;
    case RegionKind::kEarlierObject: return kFirstEarlierRow + attributes.owner;
    default: return attributes.owner;
  }
}

uint64_t resident_bytes(Range range) noexcept {
  ErrnoGuard guard;
  const uint64_t page_size = page_bytes();
  uint64_t resident = 0;
  for (uintptr_t at = range.begin; at < range.end; at += kPiecePages * page_size) {
    const uint64_t bytes = std::min<uint64_t>(range.end - at, kPiecePages * page_size);
    if (syscall(SYS_mincore, at, bytes, g_pages) != 0) {
      g_refused = g_refused || errno == EPERM || errno == EACCES || errno == ENOSYS;
      continue;
    }
    resident += count_resident((bytes + page_size - 1) / page_size) * page_size;
  }
  return resident;
}

bool residency_refused() noexcept { return g_refused; }

void ResidentRows::read(const RegionTable& table) noexcept {
  for (Row& row : rows_) row.now = 0;
  for (const Region& region : table) {
    // What V8 reserves is large, and not touched before it is committed.
    const bool of_object = is_of_object(region.attributes.kind);
    if (of_object || region.attributes.committed) rows_[row_of(region.attributes)].now += resident_of(region.range);
  }
  for (uint64_t& released : released_) released = 0;
  if (!measuring_) return;
  for (Row& row : rows_) row.peak = std::max(row.peak, row.now);
}

uint64_t ResidentRows::resident_of(Range range) const noexcept {
  return assumes_ ? range.bytes() : resident_bytes(range);
}

void ResidentRows::open_window(const RegionTable& table, bool assumes) noexcept {
  measuring_ = false;
  assumes_ = assumes;
  read(table);
  for (Row& row : rows_) row.opening = row.peak = row.now;
  measuring_ = true;
}

void ResidentRows::end_window(const RegionTable& table) noexcept {
  if (!measuring_) return;
  read(table);
  measuring_ = false;
}

void ResidentRows::before_release(const RegionTable& table, Range range) noexcept {
  constexpr uint64_t kLeastReleased = 64 * 1024;
  if (!measuring_ || assumes_ || range.bytes() < kLeastReleased) return;
  for (size_t i = table.first_ending_after(range.begin); i < static_cast<size_t>(table.end() - table.begin()); ++i) {
    const Region& region = table.begin()[i];
    if (region.range.begin >= range.end) break;
    if (!is_of_object(region.attributes.kind)) continue;
    const size_t index = row_of(region.attributes);
    released_[index] +=
        resident_bytes({std::max(region.range.begin, range.begin), std::min(region.range.end, range.end)});
    if (released_[index] >= std::max(kLeastReleased, rows_[index].peak / 32)) read_row(table, index);
  }
}

void ResidentRows::read_row(const RegionTable& table, size_t index) noexcept {
  uint64_t resident = 0;
  for (const Region& region : table) {
    if (row_of(region.attributes) == index) resident += resident_of(region.range);
  }
  released_[index] = 0;
  rows_[index].now = resident;
  rows_[index].peak = std::max(rows_[index].peak, resident);
}

} // namespace benchmem::mappings
