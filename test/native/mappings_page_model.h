// What the region table must say, held as nothing but one entry per page. Of its test and its fuzzer.
#ifndef BENCHMEM_TEST_MAPPINGS_PAGE_MODEL_H_
#define BENCHMEM_TEST_MAPPINGS_PAGE_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <map>

#include "mappings/region_table.h"

namespace mappings_test {

using benchmem::ObjectId;
using benchmem::Range;
using benchmem::mappings::Attributes;
using benchmem::mappings::kRegionKinds;
using benchmem::mappings::Region;
using benchmem::mappings::RegionKind;
using benchmem::mappings::RegionTable;

constexpr uintptr_t kPage = 4096;

// One entry per page; every rule is written without intervals.
struct PageModel {
  std::map<uintptr_t, Attributes> page;

  void unmap(Range range) { page.erase(page.lower_bound(range.begin), page.lower_bound(range.end)); }
  void map(Range range, const Attributes& what) {
    for (uintptr_t at = range.begin; at < range.end; at += kPage) page[at] = what;
  }
  void map_over(Range range, const Attributes& what) {
    for (uintptr_t at = range.begin; at < range.end; at += kPage) {
      const auto known = page.find(at);
      if (known != page.end() && known->second.owner == what.owner && known->second.kind != RegionKind::kEarly &&
          what.kind != RegionKind::kEarly) {
        known->second.committed = what.committed;
      } else {
        page[at] = what;
      }
    }
  }
  void protect(Range range, bool committed) {
    for (auto it = page.lower_bound(range.begin); it != page.end() && it->first < range.end; ++it) {
      it->second.committed = committed;
    }
  }
  void move(Range from, Range to, bool keeps_source) {
    const auto known = page.find(from.begin);
    const bool was_known = known != page.end();
    const Attributes what = was_known ? known->second : Attributes{};
    if (from.begin == to.begin) {
      if (to.end < from.end) unmap({to.end, from.end});
      if (was_known && to.end > from.end) map({from.end, to.end}, what);
      return;
    }
    if (!keeps_source) unmap(from);
    unmap(to);
    if (was_known) map(to, what);
  }
  void retag(Range range, RegionKind kind, ObjectId owner) {
    for (auto it = page.lower_bound(range.begin); it != page.end() && it->first < range.end; ++it) {
      const RegionKind known = it->second.kind;
      if (known == RegionKind::kEngine || known == RegionKind::kBackingStore) continue;
      it->second = {kind, owner, it->second.committed, nullptr};
    }
  }
  void resolve_early(const void* caller, RegionKind kind, ObjectId owner) {
    for (auto& entry : page) {
      Attributes& known = entry.second;
      if (known.kind == RegionKind::kEarly && known.caller == caller) known = {kind, owner, known.committed, nullptr};
    }
  }
  uint64_t committed(RegionKind kind) const {
    uint64_t bytes = 0;
    for (const auto& entry : page) bytes += entry.second.committed && entry.second.kind == kind ? kPage : 0;
    return bytes;
  }
};

inline bool agree(const RegionTable& table, const PageModel& model) {
  std::map<uintptr_t, Attributes> of_table;
  for (const Region& region : table) {
    for (uintptr_t at = region.range.begin; at < region.range.end; at += kPage) of_table[at] = region.attributes;
  }
  if (of_table.size() != model.page.size()) return false;
  for (const auto& entry : model.page) {
    const auto found = of_table.find(entry.first);
    if (found == of_table.end() || !(found->second == entry.second)) return false;
  }
  for (size_t kind = 0; kind != kRegionKinds; ++kind) {
    if (table.committed(static_cast<RegionKind>(kind)) != model.committed(static_cast<RegionKind>(kind))) return false;
  }
  return true;
}

} // namespace mappings_test

#endif // BENCHMEM_TEST_MAPPINGS_PAGE_MODEL_H_
