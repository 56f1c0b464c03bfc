// Splitting at a range's ends, changing what lies between, joining what became alike.

#include "mappings/region_table.h"

#include <cstring>

namespace benchmem::mappings {

void RegionTable::map(Range range, const Attributes& attributes) noexcept {
  if (range.begin >= range.end) return;
  unmap(range);
  insert_at(first_ending_after(range.begin), {range, attributes});
  join_around(range);
}

void RegionTable::map_over(Range range, const Attributes& attributes) noexcept {
  if (range.begin >= range.end) return;
  split_at(range.begin);
  split_at(range.end);
  uintptr_t at = range.begin;
  size_t index = first_ending_after(range.begin);
  while (at < range.end) {
    const bool known = index != count_ && regions_[index].range.begin < range.end;
    const uintptr_t next = known ? regions_[index].range.begin : range.end;
    if (at < next && !insert_at(index++, {{at, next}, attributes})) return;
    if (!known) break;
    Region& region = regions_[index++];
    at = region.range.end;
    Attributes changed = attributes;
    if (same_party(region.attributes, attributes)) {
      changed = region.attributes;
      changed.committed = attributes.committed;
    }
    set(region, changed);
  }
  join_around(range);
}

void RegionTable::unmap(Range range) noexcept {
  if (range.begin >= range.end) return;
  split_at(range.begin);
  split_at(range.end);
  const size_t first = first_ending_after(range.begin);
  size_t last = first;
  while (last != count_ && regions_[last].range.begin < range.end) count(regions_[last++], false);
  erase(first, last);
}

void RegionTable::protect(Range range, bool committed) noexcept {
  if (range.begin >= range.end) return;
  split_at(range.begin);
  split_at(range.end);
  for (size_t i = first_ending_after(range.begin); i != count_ && regions_[i].range.begin < range.end; ++i) {
    Attributes changed = regions_[i].attributes;
    changed.committed = committed;
    set(regions_[i], changed);
  }
  join_around(range);
}

void RegionTable::fill(Range range, const Attributes& attributes) noexcept {
  for (uintptr_t at = range.begin; at < range.end;) {
    const size_t index = first_ending_after(at);
    const bool known = index != count_ && regions_[index].range.begin < range.end;
    const uintptr_t next = known ? regions_[index].range.begin : range.end;
    if (at < next && !insert_at(index, {{at, next}, attributes})) return;
    at = at < next ? next : regions_[index].range.end;
  }
  join_around(range);
}

uint64_t RegionTable::unknown_bytes(Range range) const noexcept {
  uint64_t bytes = range.begin < range.end ? range.bytes() : 0;
  for (size_t i = first_ending_after(range.begin); i != count_ && regions_[i].range.begin < range.end; ++i) {
    const Range& known = regions_[i].range;
    bytes -= (known.end < range.end ? known.end : range.end) - (known.begin > range.begin ? known.begin : range.begin);
  }
  return bytes;
}

void RegionTable::move(Range from, Range to, bool keeps_source) noexcept {
  const Region* const known = find(from.begin);
  const bool was_known = known != nullptr;
  const Attributes attributes = was_known ? known->attributes : Attributes{};
  if (from.begin == to.begin) {
    // What follows the old end in the table was mapped by this very call.
    if (to.end < from.end) return unmap({to.end, from.end});
    if (was_known && to.end > from.end) map({from.end, to.end}, attributes);
    return;
  }
  if (!keeps_source) unmap(from);
  if (was_known) {
    map(to, attributes);
  } else {
    unmap(to);
  }
}

void RegionTable::retag(Range range, RegionKind kind, ObjectId owner) noexcept {
  if (range.begin >= range.end) return;
  split_at(range.begin);
  split_at(range.end);
  for (size_t i = first_ending_after(range.begin); i != count_ && regions_[i].range.begin < range.end; ++i) {
    const Attributes& known = regions_[i].attributes;
    if (known.kind == RegionKind::kEngine || known.kind == RegionKind::kBackingStore) continue;
    set(regions_[i], {kind, owner, known.committed, nullptr});
  }
  join_around(range);
}

void RegionTable::resolve_early(const void* caller, RegionKind kind, ObjectId owner) noexcept {
  for (size_t i = 0; i != count_; ++i) {
    const Attributes& known = regions_[i].attributes;
    if (known.kind != RegionKind::kEarly || known.caller != caller) continue;
    set(regions_[i], {kind, owner, known.committed, nullptr});
  }
  if (count_ != 0) join_around({regions_[0].range.begin, regions_[count_ - 1].range.end});
}

const Region* RegionTable::find(uintptr_t address) const noexcept {
  const size_t index = first_ending_after(address);
  return index != count_ && regions_[index].range.begin <= address ? &regions_[index] : nullptr;
}

size_t RegionTable::first_ending_after(uintptr_t address) const noexcept {
  size_t low = 0, high = count_;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (regions_[middle].range.end <= address)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

bool RegionTable::is_valid() const noexcept {
  uint64_t committed[kRegionKinds] = {};
  for (size_t i = 0; i != count_; ++i) {
    const Region& region = regions_[i];
    if (region.range.begin >= region.range.end) return false;
    if (region.attributes.committed) committed[static_cast<size_t>(region.attributes.kind)] += region.range.bytes();
    if (i == 0) continue;
    const Region& before = regions_[i - 1];
    if (before.range.end > region.range.begin) return false;
    if (before.range.end == region.range.begin && before.attributes == region.attributes) return false;
  }
  return memcmp(committed, committed_, sizeof committed) == 0;
}

bool RegionTable::same_party(const Attributes& a, const Attributes& b) noexcept {
  return a.owner == b.owner && a.kind != RegionKind::kEarly && b.kind != RegionKind::kEarly;
}

bool RegionTable::insert_at(size_t index, const Region& region) noexcept {
  if (count_ == capacity_) {
    overflowed_ = true;
    return false;
  }
  memmove(static_cast<void*>(regions_ + index + 1), regions_ + index, (count_ - index) * sizeof(Region));
  regions_[index] = region;
  ++count_;
  count(region, true);
  return true;
}

void RegionTable::erase(size_t first, size_t last) noexcept {
  memmove(static_cast<void*>(regions_ + first), regions_ + last, (count_ - last) * sizeof(Region));
  count_ -= last - first;
}

void RegionTable::split_at(uintptr_t address) noexcept {
  const size_t index = first_ending_after(address);
  if (index == count_ || regions_[index].range.begin >= address) return;
  Region upper = regions_[index];
  upper.range.begin = address;
  if (!insert_at(index + 1, upper)) return;
  count(upper, false); // one region's bytes, in two
  regions_[index].range.end = address;
}

// Joins alike neighbours from the one before the range to the one behind it.
void RegionTable::join_around(Range range) noexcept {
  size_t kept = first_ending_after(range.begin);
  if (kept > 0) --kept;
  size_t next = kept + 1;
  for (; next < count_ && regions_[next].range.begin <= range.end; ++next) {
    const Region region = regions_[next];
    if (regions_[kept].range.end == region.range.begin && regions_[kept].attributes == region.attributes) {
      regions_[kept].range.end = region.range.end;
    } else {
      regions_[++kept] = region;
    }
  }
  if (kept + 1 < next) erase(kept + 1, next);
}

void RegionTable::count(const Region& region, bool adds) noexcept {
  if (!region.attributes.committed) return;
  uint64_t& total = committed_[static_cast<size_t>(region.attributes.kind)];
  total = adds ? total + region.range.bytes() : total - region.range.bytes();
}

void RegionTable::set(Region& region, const Attributes& attributes) noexcept {
  count(region, false);
  region.attributes = attributes;
  count(region, true);
}

} // namespace benchmem::mappings
