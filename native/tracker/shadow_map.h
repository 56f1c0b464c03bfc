// Which blocks belong to the window, and how large they were asked to be: a word of metadata per block, kept
// beside the heap in three tables indexed by the block's address. User blocks are never touched.
//
// The small table has a slot per 16-byte granule, the large table one per 4 KiB page, for blocks of kLargeBytes and more:
// so a block of 20 KB takes 8 bytes of a dense page and not a page of its own. The third table has a row of 4 slots per 8 KiB,
// for the first small blocks there: so a few of them beside each large one do not take a page of the small table either,
// which serves 8 KiB too.
// INVARIANT: two live blocks never share a slot. Small table: the hooks request at least kGranule bytes, and every
// allocator served here aligns such blocks to kGranule (the self-test refuses one that does not). Large table: blocks
// of 4 KiB and more that do not overlap begin at least a page apart, hence in different pages.
// INVARIANT: an entry is written by the thread that just acquired the block and cleared by the thread that is
// about to release it; the allocator underneath orders these two, so that a plain (relaxed) word is enough. In the large
// table too: whoever next writes a page's slot has a block that begins in that page, which overlaps the one before, so it
// got these bytes from the allocator after they were released. Whoever merely looks (at a block of which the small table
// knows nothing) may look while another writes: it sees one word or the other, and neither is taken for its own
// block's, because an entry of the large table holds the place within the page.
// INVARIANT: a small block has its entry in a row only while its slot of the small table is 0, which it never is again once
// it was written. So one look at that slot tells which of the two to ask. A slot of a row is claimed by a compare-and-swap,
// because blocks of several threads share the row; from the claim to the clearing it is the claimer's, whom others know by
// the place within the row. A slot that was claimed 15 times is claimed no more: where blocks come and go, they have the
// small table, whose way is shorter.
// INVARIANT: where both the small table and the large one have an entry for an address, the small one is newer: recording a large block clears
// what stood in its small slot. So whoever asks looks there first. Of a row and the large table, recording in one forgets the address in the other.
// PERF: 2 loads to a slot, no lock, 8 bytes per slot but only where blocks begin. The inlined path of a small block asks
// the small table alone, and serves what was written there before; it tests no bound, as no allocator gives out an
// address that no user space has.
#ifndef BENCHMEM_TRACKER_SHADOW_MAP_H_
#define BENCHMEM_TRACKER_SHADOW_MAP_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "callers/callers.h"
#include "kernel/address_bits.h"

namespace benchmem {

// kPlain: the block was asked for by malloc, calloc or realloc and belongs to the window, so that the allocator may
// be told its size again. kSpecial: aligned, or not counted. kReported: of an allocator that reports; an entry tells the
// last two not apart.
enum class BlockShape : uint32_t { kPlain, kSpecial, kReported };

// requested bytes 47 bits | special 1 | tag 8 | object id 8. In the large table 39 bits of bytes, then the place within the
// page in 8. No entry: 0, where none ever was, and kGone. WHY: there are two, because a written page of slots differs
// from one that was only read, which the kernel backs by no memory. Tag 0 is never given to a window.
class ShadowEntry {
 public:
  static constexpr unsigned kSizeBits = 47;
  static constexpr unsigned kSizeShift = 64 - kSizeBits;
  static constexpr uint32_t kMaxTag = 255;
  static constexpr uint64_t kGone = 1;

  // A tag in its place in the word.
  static constexpr uint32_t stamp_of(uint32_t tag) noexcept { return tag << 8; }

  constexpr explicit ShadowEntry(uint64_t word = 0) noexcept : word_(word) {}
  constexpr ShadowEntry(uint32_t tag, ObjectId object, uint64_t bytes, BlockShape shape) noexcept
      : ShadowEntry(stamp_of(tag) | static_cast<uint32_t>(shape != BlockShape::kPlain) << 16, object, bytes) {}
  static constexpr ShadowEntry plain(uint32_t stamp, ObjectId object, uint64_t bytes) noexcept {
    return ShadowEntry(stamp, object, bytes);
  }

  // PERF: one test for all that the fast path of a free must know.
  constexpr bool is_plain_of(uint32_t stamp) const noexcept { return ((word_ ^ stamp) & 0x1ff00) == 0; }
  constexpr bool exists() const noexcept { return word_ > kGone; }
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

// One table: its slots lie in leaves, made where blocks are recorded. Every kGranuleBits of the address have a slot.
template <unsigned kGranuleBits, unsigned kLeafBits>
class ShadowTable {
 public:
  using Slot = std::atomic<uint64_t>;

  // Maps the upper level. Idempotent; false when the kernel refuses. Not thread-safe: the tracker's lock.
  bool prepare() noexcept;
  bool is_prepared() const noexcept { return upper_ != nullptr; }

  // nullptr if nothing was ever recorded near that address.
  __attribute__((always_inline)) Slot* find(const void* block) const noexcept {
    const auto address = reinterpret_cast<uintptr_t>(block);
    const uintptr_t index = address >> kLeafBits;
    if (__builtin_expect(index >= kUpperCount, 0)) return nullptr;
    const uintptr_t origin = upper_[index].load(std::memory_order_acquire);
    if (__builtin_expect(origin == kNoLeaf, 0)) return nullptr;
    return slot_at(origin, address);
  }
  // The same for what an allocator has just returned, or nullptr.
  __attribute__((always_inline)) Slot* find_returned(const void* block) const noexcept {
    const auto address = reinterpret_cast<uintptr_t>(block);
    const uintptr_t origin = upper_[address >> kLeafBits].load(std::memory_order_acquire);
    if (__builtin_expect(origin == kNoLeaf, 0)) return nullptr;
    return slot_at(origin, address);
  }
  // Makes the leaf that find() missed. nullptr: out of memory, or an address no user space has.
  Slot* make(const void* block) noexcept;

  // The first address that no slot beside that of `address` serves.
  static constexpr uintptr_t end_of_leaf(uintptr_t address) noexcept {
    return ((address >> kLeafBits) + 1) << kLeafBits;
  }

  void wipe() noexcept;
  uint64_t resident_bytes() const noexcept;

 private:
  static constexpr size_t kUpperCount = size_t{1} << (kUserAddressBits - kLeafBits);
  static constexpr size_t kLeafCount = size_t{1} << (kLeafBits - kGranuleBits);
  // What the upper level holds of a leaf: where the slot of address 0 would be, if the leaf reached down to it.
  // PERF: so the way to a slot is a shift and an addition.
  using Origin = std::atomic<uintptr_t>;
  static constexpr uintptr_t kNoLeaf = 0;

  static Slot* slot_at(uintptr_t origin, uintptr_t address) noexcept {
    auto* slot = reinterpret_cast<Slot*>(origin + (address >> kGranuleBits) * sizeof(Slot));
    if (slot == nullptr) __builtin_unreachable(); // PERF: whoever tests a slot tests the origin alone
    return slot;
  }
  static uintptr_t origin_of(const Slot* leaf, size_t index) noexcept {
    return reinterpret_cast<uintptr_t>(leaf) - index * kLeafCount * sizeof(Slot);
  }
  // nullptr if there is none.
  Slot* leaf_at(size_t index) const noexcept {
    const uintptr_t origin = upper_[index].load(std::memory_order_acquire);
    return origin == kNoLeaf ? nullptr : slot_at(origin, index << kLeafBits);
  }
  static Slot* map_leaf(size_t index) noexcept;

  Origin* upper_ = nullptr;
};

class ShadowMap {
  using Small = ShadowTable<4, 25>;  // a leaf serves 32 MiB of heap with 16 MiB of lazy slots
  using Large = ShadowTable<12, 33>; // a leaf serves 8 GiB of heap with 16 MiB of lazy slots
  using Rows = ShadowTable<11, 32>;  // a leaf serves 4 GiB of heap with 16 MiB of lazy slots, in rows of 4

 public:
  using Slot = Small::Slot;
  static constexpr size_t kGranule = 16;
  static constexpr uint64_t kLargeBytes = 4096;

  enum class Table : uint8_t { kSmall, kLarge, kRow };
  // Where a block's entry is or would be: a slot, and which table's. Good until it is cleared.
  class Place {
   public:
    constexpr Place(Slot* slot, Table table) noexcept : slot_(slot), table_(table) {}
    explicit operator bool() const noexcept { return slot_ != nullptr; }
    void store(const void* block, const ShadowEntry& entry) const noexcept {
      slot_->store(word_of(block, entry), std::memory_order_relaxed);
    }
    void clear() const noexcept {
      const uint64_t gone =
          table_ == Table::kRow ? RowWord(slot_->load(std::memory_order_relaxed)).gone() : ShadowEntry::kGone;
      slot_->store(gone, std::memory_order_relaxed);
    }

   private:
    uint64_t word_of(const void* block, const ShadowEntry& entry) const noexcept {
      switch (table_) {
        case Table::kLarge: return large_word(block, entry);
        case Table::kRow: return RowWord(slot_->load(std::memory_order_relaxed)).holding(entry);
        case Table::kSmall: break;
      }
      return entry.word();
    }

    Slot* slot_;
    Table table_;
  };
  // An entry that does not exist may have no place.
  struct Found {
    Place place;
    ShadowEntry entry;
  };

  // Not thread-safe: the tracker's lock. False when the kernel refuses.
  bool prepare() noexcept { return small_.prepare() && rows_.prepare() && large_.prepare(); }
  bool is_prepared() const noexcept { return large_.is_prepared(); }

  // The small table's slot, which is the right one for every block below kLargeBytes; nullptr if none was recorded near.
  __attribute__((always_inline)) Slot* find_small(const void* block) const noexcept { return small_.find(block); }

  // The same for a small block that an allocator has just returned. Where nothing was written (0), place_of() knows.
  __attribute__((always_inline)) Slot* find_returned(const void* block) const noexcept {
    return small_.find_returned(block);
  }

  // What is known of a block.
  Found look_up(const void* block) const noexcept {
    Slot* small = small_.find(block);
    const ShadowEntry entry(small == nullptr ? 0 : small->load(std::memory_order_relaxed));
    if (entry.exists()) return {{small, Table::kSmall}, entry};
    Slot* large = large_.find(block);
    const ShadowEntry of_page = large_entry(block, large == nullptr ? 0 : large->load(std::memory_order_relaxed));
    if (of_page.exists()) return {{large, Table::kLarge}, of_page};
    if (entry.word() == 0) return look_up_in_row(block);
    return {{small, Table::kSmall}, ShadowEntry()};
  }
  // Where the owner of a block of that size writes its entry; whatever is known of the address is forgotten. No place:
  // its leaf is missing; place_or_make() makes it: then out of memory, or an address no user space has.
  __attribute__((always_inline)) Place place_of(const void* block, uint64_t bytes, BlockShape shape) const noexcept {
    Slot* small = small_.find(block);
    const uint64_t known = small == nullptr ? 0 : small->load(std::memory_order_relaxed);
    if (is_large(bytes, shape)) {
      forget_small(block, small, known);
      return {large_.find(block), Table::kLarge};
    }
    if (small == nullptr || known != 0) return {small, Table::kSmall};
    return place_in_row_of(block, small, bytes, shape);
  }
  Place place_or_make(const void* block, uint64_t bytes, BlockShape shape) noexcept;

  // The first address that no slot of the small table beside that of `address` serves.
  static constexpr uintptr_t end_of_leaf(uintptr_t address) noexcept { return Small::end_of_leaf(address); }

  // Forgets every entry. No window may be open: tags start over afterwards.
  void wipe() noexcept {
    small_.wipe();
    rows_.wipe();
    large_.wipe();
  }

  // Resident bytes of all tables. Any thread; a leaf made meanwhile may be missed.
  uint64_t resident_bytes() const noexcept {
    return small_.resident_bytes() + rows_.resident_bytes() + large_.resident_bytes();
  }

 private:
  static constexpr uintptr_t kRowBytes = 8192;
  static constexpr size_t kRowSlots = 4;
  static constexpr unsigned kPlaceBits = 8; // granules of a page
  static constexpr unsigned kLargeSizeShift = ShadowEntry::kSizeShift + kPlaceBits;
  static constexpr uint64_t kLowBits = (uint64_t{1} << ShadowEntry::kSizeShift) - 1; // an entry without its bytes

  // Of a row: requested bytes 34 bits | how often the slot was claimed 4 | place within the row 9 | as in an entry 17. Without
  // a tag there is no entry: it is claimed where it is special, else anybody may claim it, 15 times at most.
  class RowWord {
   public:
    constexpr explicit RowWord(uint64_t word) noexcept : word_(word) {}
    constexpr bool exists() const noexcept { return (word_ & kTag) != 0; }
    constexpr bool can_be_claimed() const noexcept { return (word_ & kHeld) == 0 && (word_ & kTimes) != kTimes; }
    constexpr bool is_held_for(uint64_t place) const noexcept {
      return (word_ & kHeld) != 0 && (word_ & kPlace) == place << kPlaceShift;
    }
    constexpr uint64_t claimed_by(uint64_t place) const noexcept {
      return (word_ & kTimes) + kOneTime | place << kPlaceShift | kClaimed;
    }
    constexpr uint64_t gone() const noexcept { return word_ & kTimes; }
    constexpr uint64_t holding(const ShadowEntry& entry) const noexcept {
      return entry.bytes() << kBytesShift | (word_ & (kTimes | kPlace)) | (entry.word() & kLowBits);
    }
    constexpr ShadowEntry entry() const noexcept {
      return ShadowEntry(word_ >> kBytesShift << ShadowEntry::kSizeShift | (word_ & kLowBits));
    }

   private:
    static constexpr uint64_t kTag = 0xff00;
    static constexpr uint64_t kClaimed = 0x10000;
    static constexpr uint64_t kHeld = kTag | kClaimed;
    static constexpr unsigned kPlaceShift = ShadowEntry::kSizeShift;
    static constexpr uint64_t kPlace = uint64_t{kRowBytes / kGranule - 1} << kPlaceShift;
    static constexpr unsigned kTimesShift = kPlaceShift + 9;
    static constexpr uint64_t kOneTime = uint64_t{1} << kTimesShift;
    static constexpr uint64_t kTimes = 15 * kOneTime;
    static constexpr unsigned kBytesShift = kTimesShift + 4;

    uint64_t word_;
  };

  // Of a small block, or a reported one, whose slot of the small table was never written.
  Place place_in_row_of(const void* block, Slot* small, uint64_t bytes, BlockShape shape) const noexcept;
  Found look_up_in_row(const void* block) const noexcept;
  // nullptr: the block has no slot in its row.
  Slot* find_in_row(const void* block) const noexcept;
  // A slot of the row that is the block's from here on; nullptr: its place is in the small table.
  Slot* claim_in_row(Slot* row, const void* block) const noexcept;
  static uint64_t place_in_row(const void* block) noexcept {
    return reinterpret_cast<uintptr_t>(block) % kRowBytes / kGranule;
  }
  Slot* row_of(const void* block) const noexcept {
    return rows_.find(reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(block) & ~(kRowBytes - 1)));
  }
  // Of that very address, which its owner is about to record anew.
  __attribute__((always_inline)) void forget_small(const void* block, Slot* small, uint64_t known) const noexcept {
    if (ShadowEntry(known).exists()) return Place(small, Table::kSmall).clear();
    if (known != 0) return;
    const Slot* row = row_of(block);
    if (row != nullptr && row->load(std::memory_order_relaxed) != 0) forget_in_row(block);
  }
  void forget_in_row(const void* block) const noexcept;
  void forget_large(const void* block) const noexcept;

  // WHY: reported blocks never are, because their slab, which malloc served, may begin in the same page.
  static constexpr bool is_large(uint64_t bytes, BlockShape shape) noexcept {
    return bytes >= kLargeBytes && bytes >> (64 - kLargeSizeShift) == 0 && shape != BlockShape::kReported;
  }
  static uint64_t place_in_page(const void* block) noexcept {
    return reinterpret_cast<uintptr_t>(block) % kLargeBytes / kGranule;
  }
  static uint64_t large_word(const void* block, const ShadowEntry& entry) noexcept {
    return entry.bytes() << kLargeSizeShift | place_in_page(block) << ShadowEntry::kSizeShift |
           (entry.word() & kLowBits);
  }
  // The entry of that block in the word of its page; none where the word is another block's.
  static ShadowEntry large_entry(const void* block, uint64_t word) noexcept {
    const uint64_t place = word >> ShadowEntry::kSizeShift & ((1u << kPlaceBits) - 1);
    if (word <= ShadowEntry::kGone || place != place_in_page(block)) return ShadowEntry();
    return ShadowEntry(word >> kLargeSizeShift << ShadowEntry::kSizeShift | (word & kLowBits));
  }

  Small small_;
  Rows rows_;
  Large large_;
};

} // namespace benchmem

#endif // BENCHMEM_TRACKER_SHADOW_MAP_H_
