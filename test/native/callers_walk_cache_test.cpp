// What walks remember of addresses: whole steps, never another address's, forgotten with their object.
#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <vector>

#include "callers/known_objects.h"
#include "callers/walk_cache.h"
#include "callers_libraries.h"

using namespace benchmem;
using namespace benchmem::callers;

namespace {

const void* address(uintptr_t value) { return reinterpret_cast<const void*>(value); }

// A rule that the machine this runs on can say.
FrameRule rule(bool from_frame_pointer, uint16_t words, uint16_t saved) {
  if (kOwn.pushes_return_address) return {from_frame_pointer, words, saved, 1};
  if (from_frame_pointer) return {true, words, words, static_cast<uint16_t>(words - 1)};
  return {false, static_cast<uint16_t>(words < 2 ? 2 : words & ~1), static_cast<uint16_t>(saved == 0 ? 0 : 2), 1};
}

bool same(const Step& a, const Step& b) {
  return a.kind == b.kind && a.object == b.object && a.rule.packed() == b.rule.packed();
}

} // namespace

TEST_CASE("a step comes back as it was remembered, and an address that was not is not known") {
  const auto cache = std::make_unique<WalkCache>();
  Step found;
  CHECK_FALSE(cache->look_up(address(0x1000), &found));
  CHECK_FALSE(cache->look_up(nullptr, &found));
  const Step steps[] = {
      {StepKind::kTable, 254, rule(true, 4095, 127)},
      {StepKind::kCode, 2, rule(false, 1, 0)},
      {StepKind::kPointer, kUnknownObject, rule(true, 2, 2)},
      {StepKind::kOutermost, 3, {}},
      {StepKind::kRow, 255, {}},
      {StepKind::kNone, 0, {}},
  };
  for (const Step& step : steps) {
    for (uintptr_t at : {uintptr_t{0}, uintptr_t{1}, uintptr_t{0x7fffffffffff}, uintptr_t{0x55550001234}}) {
      cache->remember(address(at), step);
      REQUIRE(cache->look_up(address(at), &found));
      CHECK(same(found, step));
      CHECK_FALSE(cache->look_up(address(at ^ 0x10), &found));
    }
  }
}

TEST_CASE("addresses that share a slot are never taken for one another") {
  const auto cache = std::make_unique<WalkCache>();
  std::mt19937_64 random(7);
  std::vector<uintptr_t> addresses;
  for (int i = 0; i != 200000; ++i) addresses.push_back(random() >> 17);
  size_t wrong = 0, found_ones = 0;
  for (uintptr_t at : addresses)
    cache->remember(address(at), {StepKind::kTable, static_cast<ObjectId>(at), rule(false, at % 4095 + 1, at % 128)});
  for (uintptr_t at : addresses) {
    Step found;
    if (!cache->look_up(address(at), &found)) continue;
    ++found_ones;
    wrong += !same(found, {StepKind::kTable, static_cast<ObjectId>(at), rule(false, at % 4095 + 1, at % 128)});
  }
  CHECK(wrong == 0);
  CHECK(found_ones > 30000);
}

TEST_CASE("what is known of an object goes with it; of JIT code, where an object appears") {
  const auto cache = std::make_unique<WalkCache>();
  Step found;
  const auto fill = [&cache] {
    cache->remember(address(0x1000), {StepKind::kTable, 5, rule(false, 2, 0)});
    cache->remember(address(0x2000), {StepKind::kNone, 6, {}});
    cache->remember(address(0x3000), {StepKind::kPointer, kUnknownObject, rule(true, 2, 2)});
  };
  fill();
  IdSet gone;
  gone.add(6);
  cache->forget(gone);
  CHECK(cache->look_up(address(0x1000), &found));
  CHECK_FALSE(cache->look_up(address(0x2000), &found));
  CHECK(cache->look_up(address(0x3000), &found));
  gone.add(kUnknownObject); // as a scan says that found a new object
  cache->forget(gone);
  CHECK(cache->look_up(address(0x1000), &found));
  CHECK_FALSE(cache->look_up(address(0x3000), &found));
  fill();
  cache->forget_everything();
  for (uintptr_t at : {0x1000, 0x2000, 0x3000}) CHECK_FALSE(cache->look_up(address(at), &found));
}

TEST_CASE("the loader's opening and closing of a library is what makes walks forget") {
  const std::vector<std::string> names = callers_test::loadable_libraries();
  REQUIRE(!names.empty());
  prepare_callers();
  refresh_callers();
  const void* const jit_code = address(0x123456789);
  const auto remember = [](const void* at, ObjectId object) {
    LockGuard guard(known.lock);
    walk_cache.remember(at, {StepKind::kPointer, object, rule(true, 2, 2)});
  };
  remember(jit_code, kUnknownObject);
  Step found;
  REQUIRE(walk_cache.look_up(jit_code, &found));
  callers_test::Library library(names[0]);
  refresh_callers();
  CHECK_FALSE(walk_cache.look_up(jit_code, &found));

  const void* const inside = library.code_address();
  remember(inside, classify({inside, nullptr}));
  REQUIRE(walk_cache.look_up(inside, &found));
  refresh_callers();
  CHECK(walk_cache.look_up(inside, &found)); // nothing came or went
  library.close();
  refresh_callers();
  CHECK_FALSE(walk_cache.look_up(inside, &found));
}
