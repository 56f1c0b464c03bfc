// The cold half of the shadow map: making leaves and forgetting everything.

#include "tracker/shadow_map.h"

#include "kernel/raw_pages.h"

namespace benchmem {

bool ShadowMap::prepare() noexcept {
  if (upper_ == nullptr) {
    upper_ = static_cast<Origin*>(map_pages(kUpperCount * sizeof(Origin)));
  }
  return upper_ != nullptr;
}

// A leaf at the one place where its origin would be taken for no leaf gives way to another.
ShadowMap::Slot* ShadowMap::map_leaf(size_t index) noexcept {
  constexpr size_t kBytes = kLeafCount * sizeof(Slot);
  auto* leaf = static_cast<Slot*>(map_pages(kBytes));
  if (leaf == nullptr || origin_of(leaf, index) != kNoLeaf) return leaf;
  auto* other = static_cast<Slot*>(map_pages(kBytes));
  unmap_pages(leaf, kBytes);
  return other;
}

ShadowMap::Slot* ShadowMap::make(const void* block) noexcept {
  const auto address = reinterpret_cast<uintptr_t>(block);
  if (address >> kAddressBits != 0) return nullptr;
  const size_t index = address >> kLeafShift;
  Slot* leaf = map_leaf(index);
  if (leaf == nullptr) return nullptr;
  uintptr_t origin = kNoLeaf;
  if (!upper_[index].compare_exchange_strong(origin, origin_of(leaf, index), std::memory_order_acq_rel)) {
    unmap_pages(leaf, kLeafCount * sizeof(Slot)); // another thread was first
    return slot_at(origin, address);
  }
  return slot_at(origin_of(leaf, index), address);
}

void ShadowMap::wipe() noexcept {
  if (upper_ == nullptr) return;
  for (size_t i = 0; i < kUpperCount; ++i) {
    Slot* leaf = leaf_at(i);
    if (leaf != nullptr) zero_pages(leaf, kLeafCount * sizeof(Slot));
  }
}

namespace {

constexpr size_t kPageBytes = 4096;

// Calls visit(page index) for each resident page of [pages, pages + bytes); answers how many there are.
template <class Visit>
size_t for_each_resident(const void* pages, size_t bytes, Visit visit) noexcept {
  constexpr size_t kChunkPages = 1024; // WHY: its answer lies on the stack, of any thread
  unsigned char answers[kChunkPages];
  const auto* base = static_cast<const unsigned char*>(pages);
  size_t resident = 0;
  for (size_t page = 0; page < bytes / kPageBytes; page += kChunkPages) {
    if (syscall(SYS_mincore, base + page * kPageBytes, kChunkPages * kPageBytes, answers) != 0) continue;
    for (size_t i = 0; i < kChunkPages; ++i) {
      if ((answers[i] & 1) == 0) continue;
      ++resident;
      visit(page + i);
    }
  }
  return resident;
}

} // namespace

// PERF: only the resident pages of the upper level are read, since reading makes an untouched page resident.
uint64_t ShadowMap::resident_bytes() const noexcept {
  if (upper_ == nullptr) return 0;
  constexpr size_t kEntriesPerPage = kPageBytes / sizeof(Origin);
  size_t in_leaves = 0;
  const size_t in_upper = for_each_resident(upper_, kUpperCount * sizeof(Origin), [&](size_t page) {
    for (size_t i = page * kEntriesPerPage; i < (page + 1) * kEntriesPerPage; ++i) {
      const Slot* leaf = leaf_at(i);
      if (leaf != nullptr) in_leaves += for_each_resident(leaf, kLeafCount * sizeof(Slot), [](size_t) {});
    }
  });
  return (in_upper + in_leaves) * kPageBytes;
}

} // namespace benchmem
