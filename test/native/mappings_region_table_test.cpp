// The region table against a model that is nothing but one entry per page.
#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "mappings/region_table.h"
#include "mappings_page_model.h"

using namespace benchmem;
using namespace benchmem::mappings;
using mappings_test::agree;
using mappings_test::kPage;
using Model = mappings_test::PageModel;

namespace {

struct Fixture {
  std::vector<Region> room = std::vector<Region>(4096);
  RegionTable table;
  Fixture() { table.use(room.data(), room.size()); }
};

Range pages(uintptr_t first, uintptr_t count) { return {first * kPage, (first + count) * kPage}; }

Attributes attributes(RegionKind kind, ObjectId owner, bool committed) { return {kind, owner, committed, nullptr}; }

} // namespace

TEST_CASE("a reserved buffer grows and shrinks by its protection") {
  Fixture fixture;
  RegionTable& table = fixture.table;
  table.map(pages(100, 1000), attributes(RegionKind::kBackingStore, kEngineObject, false));
  CHECK(table.committed(RegionKind::kBackingStore) == 0);
  table.protect(pages(100, 10), true);
  CHECK(table.committed(RegionKind::kBackingStore) == 10 * kPage);
  table.protect(pages(100, 500), true);
  CHECK(table.committed(RegionKind::kBackingStore) == 500 * kPage);
  table.protect(pages(200, 400), false);
  CHECK(table.committed(RegionKind::kBackingStore) == 100 * kPage);
  table.unmap(pages(100, 1000));
  CHECK(table.committed(RegionKind::kBackingStore) == 0);
  CHECK(table.begin() == table.end());
}

TEST_CASE("a fixed mapping over a buffer of the same party is that buffer still") {
  Fixture fixture;
  RegionTable& table = fixture.table;
  table.map(pages(10, 10), attributes(RegionKind::kBackingStore, kEngineObject, true));
  table.map_over(pages(15, 10), attributes(RegionKind::kEngine, kEngineObject, false));
  CHECK(table.committed(RegionKind::kBackingStore) == 5 * kPage);
  REQUIRE(table.find(19 * kPage) != nullptr);
  CHECK(table.find(19 * kPage)->attributes.kind == RegionKind::kBackingStore);
  CHECK(table.find(20 * kPage)->attributes.kind == RegionKind::kEngine);
  table.map_over(pages(10, 2), attributes(RegionKind::kObject, 7, true));
  CHECK(table.find(10 * kPage)->attributes.owner == 7);
  CHECK(table.committed(RegionKind::kBackingStore) == 3 * kPage);
}

TEST_CASE("what nothing is known of can be counted, and be given to a party") {
  Fixture fixture;
  RegionTable& table = fixture.table;
  table.map(pages(10, 10), attributes(RegionKind::kObject, 7, true));
  table.map(pages(30, 10), attributes(RegionKind::kEngine, kEngineObject, true));
  CHECK(table.unknown_bytes(pages(0, 50)) == 30 * kPage);
  CHECK(table.unknown_bytes(pages(15, 20)) == 10 * kPage);
  CHECK(table.unknown_bytes(pages(12, 5)) == 0);
  CHECK(table.unknown_bytes(pages(12, 0)) == 0);
  CHECK(table.unknown_bytes(pages(100, 5)) == 5 * kPage);
  table.fill(pages(15, 35), attributes(RegionKind::kEngine, kEngineObject, false));
  CHECK(table.is_valid());
  CHECK(table.unknown_bytes(pages(10, 40)) == 0);
  CHECK(table.find(19 * kPage)->attributes.owner == 7);
  CHECK(!table.find(20 * kPage)->attributes.committed);
  CHECK(table.committed(RegionKind::kEngine) == 10 * kPage);
  CHECK(table.committed(RegionKind::kObject) == 10 * kPage);
}

TEST_CASE("what was mapped early gets its owner later") {
  Fixture fixture;
  RegionTable& table = fixture.table;
  const int caller = 0;
  table.map(pages(1, 4), {RegionKind::kEarly, kUnknownObject, true, &caller});
  table.map(pages(5, 4), attributes(RegionKind::kEngine, kEngineObject, true));
  table.resolve_early(&caller, RegionKind::kEngine, kEngineObject);
  CHECK(table.end() - table.begin() == 1);
  CHECK(table.committed(RegionKind::kEngine) == 8 * kPage);
  CHECK(table.is_valid());
}

TEST_CASE("a table without room says so") {
  std::vector<Region> room(2);
  RegionTable table;
  table.use(room.data(), room.size());
  table.map(pages(1, 1), attributes(RegionKind::kObject, 3, true));
  table.map(pages(3, 1), attributes(RegionKind::kObject, 3, true));
  CHECK_FALSE(table.overflowed());
  table.map(pages(5, 1), attributes(RegionKind::kObject, 3, true));
  CHECK(table.overflowed());
}

TEST_CASE("any sequence of calls leaves what a table of pages holds") {
  constexpr uintptr_t kSpan = 60;
  for (unsigned seed = 0; seed != 60; ++seed) {
    std::mt19937 random(seed);
    Fixture fixture;
    Model model;
    const auto some_pages = [&random] {
      const uintptr_t first = 1 + random() % kSpan;
      return pages(first, random() % (kSpan / 3));
    };
    const auto some_attributes = [&random] {
      const auto kind = static_cast<RegionKind>(random() % 3);
      const ObjectId owner = kind == RegionKind::kObject ? static_cast<ObjectId>(2 + random() % 2) : kEngineObject;
      return attributes(kind, owner, random() % 2 == 0);
    };
    for (int step = 0; step != 400; ++step) {
      const Range range = some_pages();
      const Attributes what = some_attributes();
      switch (random() % 6) {
        case 0:
          fixture.table.map(range, what);
          model.map(range, what);
          break;
        case 1:
          fixture.table.map_over(range, what);
          model.map_over(range, what);
          break;
        case 2:
          fixture.table.unmap(range);
          model.unmap(range);
          break;
        case 3:
          fixture.table.protect(range, what.committed);
          model.protect(range, what.committed);
          break;
        case 4: {
          // Within one region, as the kernel demands, to a place beyond all others, or in place.
          const Region* known = fixture.table.find(range.begin);
          if (known == nullptr) break;
          const Range from{range.begin, known->range.end};
          const bool in_place = random() % 2 == 0;
          const uintptr_t begin = in_place ? from.begin : (kSpan * 2 + random() % kSpan) * kPage;
          const Range to{begin, begin + (1 + random() % 20) * kPage};
          const bool keeps = !in_place && random() % 4 == 0;
          fixture.table.move(from, to, keeps);
          model.move(from, to, keeps);
          break;
        }
        default: {
          const ObjectId owner = static_cast<ObjectId>(2 + random() % 2);
          fixture.table.retag(range, RegionKind::kPool, owner);
          model.retag(range, RegionKind::kPool, owner);
        }
      }
      REQUIRE(fixture.table.is_valid());
      REQUIRE(agree(fixture.table, model));
    }
  }
}
