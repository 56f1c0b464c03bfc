// The shadow map against a plain map: entries, neighbours, leaf borders, addresses nobody can have.
#include <doctest/doctest.h>

#include <atomic>
#include <random>
#include <thread>
#include <unordered_map>
#include <vector>

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
  CHECK(map.find_small(at(border)) == nullptr);
  for (uintptr_t address : {border - 16, border, border + 16}) {
    REQUIRE(map.place_or_make(at(address), 1, BlockShape::kPlain));
  }
  CHECK(map.find_small(at(border - 16)) != map.find_small(at(border)));
  CHECK(map.find_small(at(border + 16)) == map.find_small(at(border)) + 1);
}

TEST_CASE("an address outside user space has no slot") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  CHECK(map.find_small(at(uintptr_t{1} << 47)) == nullptr);
  for (uint64_t bytes : {1, 100'000}) {
    CHECK_FALSE(map.place_or_make(at(~uintptr_t{15}), bytes, BlockShape::kPlain));
    CHECK_FALSE(map.look_up(at(~uintptr_t{15})).entry.exists());
  }
}

namespace {

// What a tracker does with a block of its own.
void put(ShadowMap& map, void* block, const ShadowEntry& entry, BlockShape shape) {
  const ShadowMap::Place place = map.place_or_make(block, entry.bytes(), shape);
  REQUIRE(place);
  place.store(block, entry);
}
void drop(ShadowMap& map, void* block) {
  const ShadowMap::Found found = map.look_up(block);
  REQUIRE(found.entry.exists());
  found.place.clear();
}
uint64_t found_word(const ShadowMap& map, void* block) {
  const ShadowEntry entry = map.look_up(block).entry;
  return entry.exists() ? entry.word() : 0;
}

} // namespace

TEST_CASE("blocks around 4 KiB and the largest keep all of their entry, in whichever table it is") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uint64_t most = (uint64_t{1} << 39) - 1;
  uintptr_t address = uintptr_t{0x6100} << 32;
  for (uint64_t bytes : {uint64_t{0}, uint64_t{4095}, uint64_t{4096}, uint64_t{4097}, most, most + 1, most << 8}) {
    for (BlockShape shape : {BlockShape::kPlain, BlockShape::kSpecial, BlockShape::kReported}) {
      address += 4096 * 3 + 16 * 5;
      const ShadowEntry entry(200, 100, bytes, shape);
      put(map, at(address), entry, shape);
      CHECK(found_word(map, at(address)) == entry.word());
      CHECK(found_word(map, at(address + 16)) == 0);
      CHECK(found_word(map, at(address - 16)) == 0);
      drop(map, at(address));
      CHECK(found_word(map, at(address)) == 0);
    }
  }
}

TEST_CASE("a large block is not taken for a small one of its page, nor for what was at its address") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t page = uintptr_t{0x6200} << 32;
  const ShadowEntry small(1, 7, 100, BlockShape::kPlain), large(2, 8, 5000, BlockShape::kPlain);
  put(map, at(page + 64), small, BlockShape::kPlain); // never dropped: released while nobody looked
  put(map, at(page), small, BlockShape::kPlain);
  put(map, at(page + 64), large, BlockShape::kPlain);
  CHECK(found_word(map, at(page + 64)) == large.word());
  CHECK(found_word(map, at(page)) == small.word());
  drop(map, at(page));
  CHECK(found_word(map, at(page)) == 0);
  drop(map, at(page + 64));
  CHECK(found_word(map, at(page + 64)) == 0); // the small entry did not come back
}

TEST_CASE("a reported block and the slab that it lies in may begin in one page") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t page = uintptr_t{0x6300} << 32;
  const ShadowEntry slab(1, 254, 65536, BlockShape::kSpecial), block(1, 9, 8192, BlockShape::kReported);
  put(map, at(page + 16), slab, BlockShape::kSpecial);
  put(map, at(page + 48), block, BlockShape::kReported);
  CHECK(found_word(map, at(page + 16)) == slab.word());
  CHECK(found_word(map, at(page + 48)) == block.word());
}

TEST_CASE("17,000 blocks of 20 KB take a page of slots for each 2 MiB, and looking takes none") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  constexpr uintptr_t kBlocks = 17'000, kBytes = 20'016;
  const uintptr_t heap = uintptr_t{0x6400} << 32;
  // A small block near each: their leaves exist, except that nobody wrote to most pages there.
  for (uintptr_t i = 0; i < kBlocks; i += 1000) {
    put(map, at(heap + i * kBytes + 64), ShadowEntry(1, 1, 10, BlockShape::kPlain), BlockShape::kPlain);
  }
  const ShadowEntry entry(1, 9, 20'000, BlockShape::kPlain);
  for (uintptr_t i = 0; i < kBlocks; ++i) put(map, at(heap + i * kBytes), entry, BlockShape::kPlain);
  for (uintptr_t i = 0; i < kBlocks; ++i) CHECK(found_word(map, at(heap + i * kBytes)) == entry.word());
  const uint64_t resident = map.resident_bytes();
  CHECK(resident >= kBlocks * kBytes / (2 << 20) * 4096);
  CHECK(resident <= 1 << 20);
  for (uintptr_t i = 0; i < kBlocks; ++i) drop(map, at(heap + i * kBytes));
  CHECK(map.resident_bytes() == resident); // dropped entries are no holes; reading made nothing resident
  map.wipe();
  CHECK(map.resident_bytes() < 16 * 4096);
}

TEST_CASE("random puts and clears agree with a plain map, and wipe forgets all") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  std::mt19937_64 random(20261121);
  std::unordered_map<uintptr_t, uint64_t> model;
  std::unordered_map<uintptr_t, uintptr_t> large_of_page;
  for (int i = 0; i < 200000; ++i) {
    const uintptr_t address = (uintptr_t{0x7f00} << 32) + (random() % 65536) * 16 + (random() % 3 << 25);
    const uint64_t bytes = random() % 2 == 0 ? random() % 4096 : random() >> (17 + random() % 30);
    const auto shape = random() % 2 == 0 ? BlockShape::kPlain : BlockShape::kSpecial;
    const ShadowEntry entry(1 + random() % 255, random() % 256, bytes, shape);
    REQUIRE(found_word(map, at(address)) == model[address]);
    if (model[address] != 0) {
      drop(map, at(address));
      model[address] = 0;
      if (large_of_page[address >> 12] == address) large_of_page[address >> 12] = 0;
    } else if (bytes < 4096 || large_of_page[address >> 12] == 0) { // two large ones never begin in one page
      put(map, at(address), entry, shape);
      model[address] = entry.word();
      if (bytes >= 4096) large_of_page[address >> 12] = address;
    }
  }
  map.wipe();
  for (const auto& [address, word] : model) CHECK(found_word(map, at(address)) == 0);
}

namespace {

// Small blocks beside each large one, as V8 puts them beside each Buffer.
void put_sparse(ShadowMap& map, uintptr_t heap, uintptr_t blocks) {
  for (uintptr_t i = 0; i < blocks; ++i) {
    const uintptr_t at_end = heap + i * 20'480 + 20'016;
    put(map, at(heap + i * 20'480), ShadowEntry(1, 9, 20'000, BlockShape::kPlain), BlockShape::kPlain);
    for (uintptr_t k = 0; k < 3; ++k) {
      const ShadowEntry small(1, 1, 48 + k, BlockShape::kPlain);
      put(map, at(at_end + k * 64), small, BlockShape::kPlain);
      CHECK(found_word(map, at(at_end + k * 64)) == small.word());
    }
  }
}

} // namespace

TEST_CASE("a few small blocks beside each large one take no page of the small table each") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  constexpr uintptr_t kBlocks = 17'000;
  const uintptr_t heap = uintptr_t{0x6500} << 32;
  put_sparse(map, heap, kBlocks);
  CHECK(map.resident_bytes() < 3 << 20);
  for (uintptr_t i = 0; i < kBlocks; ++i) {
    for (uintptr_t k = 0; k < 3; ++k) drop(map, at(heap + i * 20'480 + 20'016 + k * 64));
    CHECK(found_word(map, at(heap + i * 20'480 + 20'016)) == 0);
    CHECK(found_word(map, at(heap + i * 20'480)) != 0);
  }
  map.wipe();
  put_sparse(map, heap, kBlocks); // wiped rows are as new
  CHECK(map.resident_bytes() < 3 << 20);
}

TEST_CASE("where small blocks come and go they have the small table, whose way is shorter") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t heap = uintptr_t{0x6600} << 32;
  const ShadowEntry entry(1, 1, 48, BlockShape::kPlain);
  REQUIRE(map.place_or_make(at(heap), 48, BlockShape::kPlain));
  for (int i = 0; i < 100; ++i) {
    for (uintptr_t k = 0; k < 2; ++k) put(map, at(heap + k * 64), entry, BlockShape::kPlain);
    for (uintptr_t k = 0; k < 2; ++k) drop(map, at(heap + k * 64));
  }
  for (uintptr_t k = 0; k < 2; ++k) {
    put(map, at(heap + k * 64), entry, BlockShape::kPlain);
    CHECK(map.find_small(at(heap + k * 64))->load() == entry.word());
    CHECK(found_word(map, at(heap + k * 64)) == entry.word());
  }
}

TEST_CASE("of an address in a row and in the large table the newer one is known, and the other does not come back") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t page = uintptr_t{0x6700} << 32;
  const ShadowEntry small(1, 7, 100, BlockShape::kPlain), large(2, 8, 5000, BlockShape::kPlain);
  for (uintptr_t block : {page, page + 4096 + 32}) {
    put(map, at(block), large, BlockShape::kPlain); // never dropped: released while nobody looked
    put(map, at(block), small, BlockShape::kPlain);
    CHECK(found_word(map, at(block)) == small.word());
    put(map, at(block), large, BlockShape::kPlain);
    CHECK(found_word(map, at(block)) == large.word());
    drop(map, at(block));
    CHECK(found_word(map, at(block)) == 0);
  }
}

TEST_CASE(
    "of an address in the small table and in the large one the newer is known, and the other does not come back") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t block = (uintptr_t{0x6b00} << 32) + 64;
  const ShadowEntry reported(1, 7, 100, BlockShape::kReported), large(2, 8, 5000, BlockShape::kPlain);
  put(map, at(block), reported, BlockShape::kReported); // never dropped: released while nobody looked
  REQUIRE(map.find_small(at(block))->load() == reported.word());
  put(map, at(block), large, BlockShape::kPlain);
  CHECK(found_word(map, at(block)) == large.word());
  drop(map, at(block));
  CHECK(found_word(map, at(block)) == 0);
}

TEST_CASE("a block that goes to the small table gives its slot of the row to others") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t row = uintptr_t{0x6900} << 32;
  const ShadowEntry plain(1, 7, 100, BlockShape::kPlain), reported(1, 9, 100, BlockShape::kReported);
  for (uintptr_t k = 0; k < 4; ++k) { // never dropped: released while nobody looked
    put(map, at(row + k * 64), plain, BlockShape::kPlain);
    CHECK(map.find_small(at(row + k * 64))->load() == 0);
    put(map, at(row + k * 64), reported, BlockShape::kReported);
    CHECK(found_word(map, at(row + k * 64)) == reported.word());
  }
  for (uintptr_t k = 4; k < 9; ++k) put(map, at(row + k * 64), plain, BlockShape::kPlain);
  CHECK(map.find_small(at(row + 7 * 64))->load() == 0);
  CHECK(map.find_small(at(row + 8 * 64))->load() == plain.word()); // the row is full
  for (uintptr_t k = 0; k < 9; ++k) {
    drop(map, at(row + k * 64));
    CHECK(found_word(map, at(row + k * 64)) == 0);
  }
}

TEST_CASE("neighbouring rows hold blocks at the same place of each") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t heap = uintptr_t{0x6a00} << 32;
  for (uintptr_t i = 0; i < 4; ++i) {
    const ShadowEntry entry(1, 7, 100 + i, BlockShape::kPlain);
    put(map, at(heap + i * 8192 + 48), entry, BlockShape::kPlain);
  }
  for (uintptr_t i = 0; i < 4; ++i) {
    CHECK(map.look_up(at(heap + i * 8192 + 48)).entry.bytes() == 100 + i);
    drop(map, at(heap + i * 8192 + 48));
  }
}

TEST_CASE("threads share rows, and each finds its own blocks") {
  static ShadowMap map;
  REQUIRE(map.prepare());
  const uintptr_t heap = uintptr_t{0x6800} << 32;
  REQUIRE(map.place_or_make(at(heap), 48, BlockShape::kPlain));
  constexpr uintptr_t kThreads = 4, kBlocks = 3000;
  std::vector<std::thread> threads;
  std::atomic<uintptr_t> wrong{0};
  for (uintptr_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 5; ++round) {
        for (uintptr_t i = 0; i < kBlocks; ++i) {
          void* block = at(heap + i * 1024 + t * 64);
          const ShadowEntry entry(1 + t, static_cast<benchmem::ObjectId>(t), 48 + i % 100, BlockShape::kPlain);
          map.place_or_make(block, entry.bytes(), BlockShape::kPlain).store(block, entry);
          wrong += map.look_up(block).entry.word() == entry.word() ? 0 : 1;
        }
        for (uintptr_t i = 0; i < kBlocks; ++i) {
          const ShadowMap::Found found = map.look_up(at(heap + i * 1024 + t * 64));
          wrong += found.entry.exists() && found.entry.tag() == 1 + t ? 0 : 1;
          found.place.clear();
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}
