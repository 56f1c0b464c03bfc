// The shadow map against a plain map: entries, neighbours, leaf borders, addresses nobody can have.
#include <doctest/doctest.h>

#include <random>
#include <unordered_map>

#include "tracker/shadow_map.h"

using benchmem::BlockShape;
using benchmem::ShadowEntry;
using benchmem::ShadowMap;

namespace {
void* at(uintptr_t address) { return reinterpret_cast<void*>(address); }
} // namespace

TEST_CASE("a shadow entry keeps tag, object and all 47 bits of a size") {
  const uint64_t largest = (uint64_t{1} << 47) - 1;
  for (uint64_t bytes : {uint64_t{0}, uint64_t{65535}, uint64_t{65536}, uint64_t{1} << 40, largest}) {
    for (uint32_t tag : {1u, 100u, ShadowEntry::kMaxTag}) {
      for (auto shape : {BlockShape::kPlain, BlockShape::kSpecial}) {
        const ShadowEntry entry(tag, 200, bytes, shape);
        CHECK(entry.tag() == tag);
        CHECK(entry.object() == 200);
        CHECK(entry.bytes() == bytes);
        CHECK(entry.is_special() == (shape == BlockShape::kSpecial));
        CHECK(entry.is_plain_of(ShadowEntry::stamp_of(tag)) == (shape == BlockShape::kPlain));
        CHECK_FALSE(entry.is_plain_of(ShadowEntry::stamp_of(tag ^ 2)));
      }
    }
  }
}

TEST_CASE("slots of neighbouring granules and leaves are distinct") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t border = uintptr_t{7} << 25;
  CHECK(map.find(at(border)) == nullptr);
  auto* before = map.find_or_make(at(border - 16));
  auto* after = map.find_or_make(at(border));
  auto* next = map.find_or_make(at(border + 16));
  REQUIRE(before != nullptr);
  REQUIRE(after != nullptr);
  CHECK(before != after);
  CHECK(next == after + 1);
  CHECK(map.find(at(border + 16)) == next);
}

TEST_CASE("an address outside user space has no slot") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  CHECK(map.find(at(uintptr_t{1} << 47)) == nullptr);
  CHECK(map.find_or_make(at(~uintptr_t{15})) == nullptr);
}

TEST_CASE("random puts and clears agree with a plain map, and wipe forgets all") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  std::mt19937_64 random(20261121);
  std::unordered_map<uintptr_t, uint64_t> model;
  for (int i = 0; i < 200000; ++i) {
    const uintptr_t address = (uintptr_t{0x7f00} << 32) + (random() % 4096) * 16 + (random() % 3 << 25);
    const ShadowEntry entry(1 + random() % 255, random() % 256, random() >> 17, BlockShape::kSpecial);
    const uint64_t word = random() % 3 == 0 ? 0 : entry.word();
    auto* slot = map.find_or_make(at(address));
    REQUIRE(slot != nullptr);
    REQUIRE(slot->load() == model[address]);
    slot->store(word);
    model[address] = word;
  }
  map.wipe();
  for (const auto& [address, word] : model) CHECK(map.find(at(address))->load() == 0);
}
