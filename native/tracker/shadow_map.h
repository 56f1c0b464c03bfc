// Which blocks belong to the window, and how large they were asked to be: a word of metadata per block, kept
// beside the heap in a two-level table indexed by the block's address. User blocks are never touched.
//
// INVARIANT: an entry is written by the thread that just acquired the block and cleared by the thread that is
// about to release it; the allocator underneath orders these two, so that a plain (relaxed) word is enough.
// INVARIANT: two live blocks never share a slot: the hooks request at least kGranule bytes, and every
// allocator served here aligns such blocks to kGranule (the self-test refuses one that does not).
// PERF: 2 loads to a slot, no lock, 8 bytes per 16-byte granule but only where blocks begin.
#ifndef BENCHMEM_TRACKER_SHADOW_MAP_H_
#define BENCHMEM_TRACKER_SHADOW_MAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/callers.h"

namespace benchmem {

// kPlain: the block was asked for by malloc, calloc or realloc and belongs to the window, so that the allocator may
// be told its size again. kSpecial: aligned, or not counted.
enum class BlockShape : uint32_t { kPlain = 0, kSpecial = 1 };

// requested bytes 47 bits | special 1 | tag 8 | object id 8. 0 is no entry: tag 0 is never given to a window.
class ShadowEntry {
 public:
  static constexpr unsigned kSizeBits = 47;
  static constexpr unsigned kSizeShift = 64 - kSizeBits;
  static constexpr uint32_t kMaxTag = 255;

  // A tag in its place in the word.
  static constexpr uint32_t stamp_of(uint32_t tag) noexcept { return tag << 8; }

  constexpr explicit ShadowEntry(uint64_t word = 0) noexcept : word_(word) {}
  constexpr ShadowEntry(uint32_t tag, ObjectId object, uint64_t bytes, BlockShape shape) noexcept
      : ShadowEntry(stamp_of(tag) | static_cast<uint32_t>(shape) << 16, object, bytes) {}
  static constexpr ShadowEntry plain(uint32_t stamp, ObjectId object, uint64_t bytes) noexcept {
    return ShadowEntry(stamp, object, bytes);
  }

  // PERF: one test for all that the fast path of a free must know.
  constexpr bool is_plain_of(uint32_t stamp) const noexcept { return ((word_ ^ stamp) & 0x1ff00) == 0; }
  constexpr bool is_special() const noexcept { return (word_ >> 16 & 1) != 0; }

  constexpr uint64_t word() const noexcept { return word_; }
  constexpr uint32_t tag() const noexcept { return static_cast<uint32_t>(word_ >> 8 & kMaxTag); }
  constexpr ObjectId object() const noexcept { return static_cast<ObjectId>(word_); }
  constexpr uint64_t bytes() const noexcept { return word_ >> kSizeShift; }

 private:
  constexpr ShadowEntry(uint32_t stamp, ObjectId object, uint64_t bytes) noexcept
      : word_(bytes << kSizeShift | stamp | object) {}

  uint64_t word_;
};

class ShadowMap {
 public:
  using Slot = std::atomic<uint64_t>;
  static constexpr size_t kGranule = 16;

  // Maps the upper level. Idempotent; false when the kernel refuses. Not thread-safe: the tracker's lock.
  bool prepare() noexcept;

  bool is_prepared() const noexcept { return upper_ != nullptr; }

  // nullptr where nothing was ever recorded near that address.
  __attribute__((always_inline)) Slot* find(const void* block) const noexcept {
    const auto address = reinterpret_cast<uintptr_t>(block);
    const uintptr_t index = address >> kLeafShift;
    if (__builtin_expect(index >= kUpperCount, 0)) return nullptr;
    const uintptr_t origin = upper_[index].load(std::memory_order_acquire);
    if (__builtin_expect(origin == kNoLeaf, 0)) return nullptr;
    return slot_at(origin, address);
  }
  // The same, making the leaf where it is missing. nullptr: out of memory, or an address no user space has.
  __attribute__((always_inline)) Slot* find_or_make(const void* block) noexcept {
    Slot* slot = find(block);
    return __builtin_expect(slot != nullptr, 1) ? slot : make(block);
  }

  // The first address that no slot beside that of `address` serves.
  static constexpr uintptr_t end_of_leaf(uintptr_t address) noexcept {
    return ((address >> kLeafShift) + 1) << kLeafShift;
  }

  // Forgets every entry. No window may be open: tags start over afterwards.
  void wipe() noexcept;

  // Resident bytes of both levels. Any thread; a leaf made meanwhile may be missed.
  uint64_t resident_bytes() const noexcept;

 private:
  static constexpr unsigned kAddressBits = 47; // user space of x86-64 and of 48-bit arm64's lower half
  static constexpr unsigned kGranuleShift = 4;
  static constexpr unsigned kLeafShift = 25; // a leaf serves 32 MiB of heap with 16 MiB of lazy slots
  static constexpr size_t kUpperCount = size_t{1} << (kAddressBits - kLeafShift);
  static constexpr size_t kLeafCount = size_t{1} << (kLeafShift - kGranuleShift);
  // What the upper level holds of a leaf: where the slot of address 0 would be, if the leaf reached down to it.
  // PERF: so the way to a slot is a shift and an addition.
  using Origin = std::atomic<uintptr_t>;
  static constexpr uintptr_t kNoLeaf = 0;

  static Slot* slot_at(uintptr_t origin, uintptr_t address) noexcept {
    auto* slot = reinterpret_cast<Slot*>(origin + (address >> kGranuleShift) * sizeof(Slot));
    if (slot == nullptr) __builtin_unreachable(); // PERF: whoever tests a slot tests the origin alone
    return slot;
  }
  static uintptr_t origin_of(const Slot* leaf, size_t index) noexcept {
    return reinterpret_cast<uintptr_t>(leaf) - index * kLeafCount * sizeof(Slot);
  }
  // nullptr where there is none.
  Slot* leaf_at(size_t index) const noexcept {
    const uintptr_t origin = upper_[index].load(std::memory_order_acquire);
    return origin == kNoLeaf ? nullptr : slot_at(origin, index << kLeafShift);
  }
  static Slot* map_leaf(size_t index) noexcept;
  Slot* make(const void* block) noexcept;

  Origin* upper_ = nullptr;
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_SHADOW_MAP_H_
