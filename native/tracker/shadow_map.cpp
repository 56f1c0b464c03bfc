// The cold half of the shadow map: making leaves, large blocks, forgetting everything.

#include "tracker/shadow_map.h"

#include "kernel/raw_pages.h"

namespace benchmem {

template <unsigned kGranuleBits, unsigned kLeafBits>
bool ShadowTable<kGranuleBits, kLeafBits>::prepare() noexcept {
  if (upper_ == nullptr) {
    upper_ = static_cast<Origin*>(map_sparse_pages(kUpperCount * sizeof(Origin)));
  }
  return upper_ != nullptr;
}

// A leaf at the one place where its origin would be taken for no leaf gives way to another.
template <unsigned kGranuleBits, unsigned kLeafBits>
std::atomic<uint64_t>* ShadowTable<kGranuleBits, kLeafBits>::map_leaf(size_t index) noexcept {
  constexpr size_t kBytes = kLeafCount * sizeof(Slot);
  auto* leaf = static_cast<Slot*>(map_sparse_pages(kBytes));
  if (leaf == nullptr || origin_of(leaf, index) != kNoLeaf) return leaf;
  auto* other = static_cast<Slot*>(map_sparse_pages(kBytes));
  unmap_pages(leaf, kBytes);
  return other;
}

template <unsigned kGranuleBits, unsigned kLeafBits>
std::atomic<uint64_t>* ShadowTable<kGranuleBits, kLeafBits>::make(const void* block) noexcept {
  const auto address = reinterpret_cast<uintptr_t>(block);
  if (address >> kUserAddressBits != 0) return nullptr;
  const size_t index = address >> kLeafBits;
  Slot* leaf = map_leaf(index);
  if (leaf == nullptr) return nullptr;
  uintptr_t origin = kNoLeaf;
  if (!upper_[index].compare_exchange_strong(origin, origin_of(leaf, index), std::memory_order_acq_rel)) {
    unmap_pages(leaf, kLeafCount * sizeof(Slot)); // another thread was first
    return slot_at(origin, address);
  }
  return slot_at(origin_of(leaf, index), address);
}

template <unsigned kGranuleBits, unsigned kLeafBits>
void ShadowTable<kGranuleBits, kLeafBits>::wipe() noexcept {
  if (upper_ == nullptr) return;
  for (size_t i = 0; i < kUpperCount; ++i) {
    Slot* leaf = leaf_at(i);
    if (leaf != nullptr) zero_pages(leaf, kLeafCount * sizeof(Slot));
  }
}

namespace {

// Calls visit(page index) for each page of [pages, pages + bytes) that is mapped to something.
template <class Visit>
void for_each_mapped(const void* pages, size_t bytes, Visit visit) noexcept {
  constexpr size_t kChunkPages = 1024; // WHY: its answer lies on the stack, of any thread
  unsigned char answers[kChunkPages];
  const auto* base = static_cast<const unsigned char*>(pages);
  const size_t page_size = page_bytes();
  for (size_t page = 0; page < bytes / page_size;) {
    const size_t left = bytes / page_size - page;
    const size_t count = left < kChunkPages ? left : kChunkPages;
    if (syscall(SYS_mincore, base + page * page_size, count * page_size, answers) == 0) {
      for (size_t i = 0; i < count; ++i) {
        if ((answers[i] & 1) != 0) visit(page + i);
      }
    }
    page += count;
  }
}

// WHY: mincore is not asked, because a page that was only read is mapped to the kernel's one page of zeros, and is no
// memory. What was written once holds a word that is not 0 ever since.
template <class Word>
bool was_written(const Word* page) noexcept {
  const size_t words = page_bytes() / sizeof(Word);
  for (size_t i = 0; i < words; ++i) {
    if (page[i].load(std::memory_order_relaxed) != 0) return true;
  }
  return false;
}

} // namespace

// PERF: only the mapped pages of the upper level are read, since reading maps an untouched page.
template <unsigned kGranuleBits, unsigned kLeafBits>
uint64_t ShadowTable<kGranuleBits, kLeafBits>::resident_bytes() const noexcept {
  if (upper_ == nullptr) return 0;
  const size_t page_size = page_bytes();
  const size_t entries_per_page = page_size / sizeof(Origin);
  size_t pages = 0;
  for_each_mapped(upper_, kUpperCount * sizeof(Origin), [&](size_t page) {
    const Origin* entries = upper_ + page * entries_per_page;
    if (!was_written(entries)) return;
    ++pages;
    for (size_t i = page * entries_per_page; i < (page + 1) * entries_per_page; ++i) {
      const Slot* leaf = leaf_at(i);
      if (leaf == nullptr) continue;
      for_each_mapped(leaf, kLeafCount * sizeof(Slot), [&](size_t leaf_page) {
        pages += was_written(leaf + leaf_page * (page_size / sizeof(Slot))) ? 1 : 0;
      });
    }
  });
  return pages * page_size;
}

template class ShadowTable<4, 25>;
template class ShadowTable<11, 32>;
template class ShadowTable<12, 33>;

ShadowMap::Slot* ShadowMap::find_in_row(const void* block) const noexcept {
  Slot* row = row_of(block);
  if (row == nullptr || row->load(std::memory_order_relaxed) == 0) return nullptr; // the first slot is claimed first
  const uint64_t place = place_in_row(block);
  for (Slot* slot = row; slot != row + kRowSlots; ++slot) {
    if (RowWord(slot->load(std::memory_order_relaxed)).is_held_for(place)) return slot;
  }
  return nullptr;
}

ShadowMap::Found ShadowMap::look_up_in_row(const void* block) const noexcept {
  Slot* slot = find_in_row(block);
  const RowWord word(slot == nullptr ? 0 : slot->load(std::memory_order_relaxed));
  return {{slot, Table::kRow}, word.exists() ? word.entry() : ShadowEntry()};
}

ShadowMap::Slot* ShadowMap::claim_in_row(Slot* row, const void* block) const noexcept {
  Slot* own = find_in_row(block);
  if (own != nullptr) return own;
  for (Slot* slot = row; slot != row + kRowSlots; ++slot) {
    uint64_t word = slot->load(std::memory_order_relaxed);
    if (!RowWord(word).can_be_claimed()) continue;
    const uint64_t claim = RowWord(word).claimed_by(place_in_row(block));
    if (!slot->compare_exchange_strong(word, claim, std::memory_order_relaxed)) continue;
    forget_large(block);
    return slot;
  }
  return nullptr;
}

// By a compare-and-swap: the slot may become that of another block of the page meanwhile.
void ShadowMap::forget_large(const void* block) const noexcept {
  Slot* large = large_.find(block);
  uint64_t word = large == nullptr ? 0 : large->load(std::memory_order_relaxed);
  if (!large_entry(block, word).exists()) return;
  large->compare_exchange_strong(word, ShadowEntry::kGone, std::memory_order_relaxed);
}

void ShadowMap::forget_in_row(const void* block) const noexcept {
  Slot* slot = find_in_row(block);
  if (slot != nullptr) Place(slot, Table::kRow).clear();
}

ShadowMap::Place ShadowMap::place_in_row_of(const void* block, Slot* small, uint64_t bytes,
                                            BlockShape shape) const noexcept {
  if (bytes < kLargeBytes && shape != BlockShape::kReported) {
    Slot* row = row_of(block);
    if (row == nullptr) return {nullptr, Table::kRow};
    Slot* claimed = claim_in_row(row, block);
    if (claimed != nullptr) return {claimed, Table::kRow};
  }
  forget_in_row(block);
  return {small, Table::kSmall};
}

ShadowMap::Place ShadowMap::place_or_make(const void* block, uint64_t bytes, BlockShape shape) noexcept {
  const Place place = place_of(block, bytes, shape);
  if (place) return place;
  if (is_large(bytes, shape)) return {large_.make(block), Table::kLarge};
  Slot* small = small_.find(block) == nullptr ? small_.make(block) : small_.find(block);
  if (small == nullptr) return {nullptr, Table::kSmall};
  const void* row = reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(block) & ~(kRowBytes - 1));
  if (rows_.find(row) == nullptr && rows_.make(row) == nullptr) return {small, Table::kSmall};
  return place_of(block, bytes, shape);
}

} // namespace benchmem
