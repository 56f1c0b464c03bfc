// Resident bytes of tracked regions, per owner, read from the kernel (mincore): at a window's ends, and before large
// releases, because what was resident only between them would be lost.
// Under the mappings' lock. Must not map, allocate, or trust a range to be mapped still.
#ifndef BENCHMEM_MAPPINGS_RESIDENT_H_
#define BENCHMEM_MAPPINGS_RESIDENT_H_

#include <cstddef>
#include <cstdint>

#include "mappings/region_table.h"

namespace benchmem::mappings {

// One row per owner of a shared object's mappings, of pools, and of mappings from before anything was hooked; one for V8, one for backing stores.
inline constexpr size_t kEngineRow = kObjectIds;
inline constexpr size_t kBackingStoreRow = kObjectIds + 1;
inline constexpr size_t kFirstPoolRow = kObjectIds + 2;
inline constexpr size_t kFirstEarlierRow = kFirstPoolRow + kObjectIds;
inline constexpr size_t kResidentRows = kFirstEarlierRow + kObjectIds;
size_t row_of(const Attributes& attributes) noexcept;

// Of the range's pages; pages that are not mapped any more count as none.
uint64_t resident_bytes(Range range) noexcept;
// The kernel refused to say it (a seccomp filter): no figure of this file is one then.
bool residency_refused() noexcept;

class ResidentRows {
 public:
  struct Row {
    uint64_t opening = 0;
    uint64_t peak = 0; // the most that a reading of the window saw
    uint64_t now = 0;
  };

  // `assumes`: until the next opening all committed pages count as resident, and the kernel is not asked.
  void open_window(const RegionTable& table, bool assumes) noexcept;
  void end_window(const RegionTable& table) noexcept;
  // Reads every row; raises marks only while a window measures.
  void read(const RegionTable& table) noexcept;
  // Before the pages of a range are given back. PERF: a shared object's pages are all read again only after as many
  // of them were released as make a 32nd of its mark, so that at most that much of a transient is missed.
  void before_release(const RegionTable& table, Range range) noexcept;

  const Row& row(size_t index) const noexcept { return rows_[index]; }
  bool measuring() const noexcept { return measuring_; }

 private:
  void read_row(const RegionTable& table, size_t index) noexcept;
  uint64_t resident_of(Range range) const noexcept;

  Row rows_[kResidentRows] = {};
  uint64_t released_[kResidentRows] =
      {}; // resident bytes released since the row's last reading; of shared objects' rows
  bool measuring_ = false;
  bool assumes_ = false;
};

} // namespace benchmem::mappings

#endif // BENCHMEM_MAPPINGS_RESIDENT_H_
