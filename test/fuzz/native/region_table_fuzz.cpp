// Fuzzes the table of mapped regions: any sequence of map, unmap, protect, mremap and overlap leaves what a table of
// pages holds, and one without room stays in order. The first byte is the room, each five more are a call.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "../../native/mappings_page_model.h"
#include "mappings/region_table.h"

using namespace benchmem;
using namespace benchmem::mappings;
using mappings_test::agree;
using mappings_test::kPage;
using mappings_test::PageModel;

namespace {

constexpr size_t kCallBytes = 5;
// PERF: looking at each page takes longer than the call; what one leaves wrong seldom heals.
constexpr size_t kMostCalls = 97;
constexpr size_t kCallsPerLook = 4;
constexpr int kCallers[2] = {};

Range pages(uintptr_t first, uintptr_t count) { return {first * kPage, (first + count) * kPage}; }

Attributes attributes_of(uint8_t byte) {
  const auto kind = static_cast<RegionKind>(byte % kRegionKinds);
  const auto owner = static_cast<ObjectId>(2 + (byte >> 3) % 2);
  const bool committed = (byte >> 4) % 2 == 0;
  if (kind == RegionKind::kEarly) return {kind, kUnknownObject, committed, &kCallers[(byte >> 5) % 2]};
  const bool engine = kind == RegionKind::kEngine || kind == RegionKind::kBackingStore;
  return {kind, engine ? kEngineObject : owner, committed, nullptr};
}

// What finding an address rests on, whatever was lost.
bool ascends(const RegionTable& table) {
  uintptr_t end = 0;
  for (const Region& region : table) {
    if (region.range.begin < end || region.range.begin >= region.range.end) return false;
    end = region.range.end;
  }
  return true;
}

struct Pair {
  RegionTable table;
  PageModel model;

  // The kernel moves pages of one mapping, to where nothing is in the way or over it, never onto themselves.
  void move(Range range, uint8_t target, uint8_t count) {
    const Region* known = table.find(range.begin);
    const Range from{range.begin, known == nullptr ? range.begin + kPage : known->range.end};
    Range to = pages(1 + target, 1 + count % 32);
    if (target % 3 == 0) to = {from.begin, from.begin + to.bytes()};
    const bool in_place = to.begin == from.begin;
    if (!in_place && to.begin < from.end && from.begin < to.end) return;
    const bool keeps_source = !in_place && target % 5 == 0;
    table.move(from, to, keeps_source);
    model.move(from, to, keeps_source);
  }

  void call(const uint8_t* bytes) {
    const Range range = pages(1 + bytes[1], bytes[2] % 64);
    const Attributes what = attributes_of(bytes[3]);
    const void* caller = &kCallers[bytes[4] % 2];
    switch (bytes[0] % 7) {
      case 0: table.map(range, what); return model.map(range, what);
      case 1: table.map_over(range, what); return model.map_over(range, what);
      case 2: table.unmap(range); return model.unmap(range);
      case 3: table.protect(range, what.committed); return model.protect(range, what.committed);
      case 4: return move(range, bytes[3], bytes[4]);
      case 5:
        table.retag(range, RegionKind::kPool, what.owner);
        return model.retag(range, RegionKind::kPool, what.owner);
      default:
        table.resolve_early(caller, RegionKind::kObject, 2);
        return model.resolve_early(caller, RegionKind::kObject, 2);
    }
  }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  // Of the heap, and exactly so large: a write behind its end is seen.
  std::vector<Region> room(bytes[0] % 4 == 0 ? 1 + bytes[0] / 4 : 1024);
  Pair pair;
  pair.table.use(room.data(), room.size());
  for (size_t call = 0; call != kMostCalls && 1 + (call + 1) * kCallBytes <= size; ++call) {
    pair.call(bytes + 1 + call * kCallBytes);
    if (!ascends(pair.table)) abort();
    if (pair.table.overflowed()) continue; // incomplete, and says so
    if (!pair.table.is_valid()) abort();
    if (call % kCallsPerLook == 0 && !agree(pair.table, pair.model)) abort();
  }
  return 0;
}
