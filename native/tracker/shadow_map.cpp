// The cold half of the shadow map: making leaves and forgetting everything.

#include "tracker/shadow_map.h"

#include "kernel/raw_pages.h"

namespace benchmem {

bool ShadowMap::prepare() noexcept {
  if (upper_ == nullptr) {
    upper_ = static_cast<std::atomic<Slot*>*>(map_pages(kUpperCount * sizeof(std::atomic<Slot*>)));
  }
  return upper_ != nullptr;
}

ShadowMap::Slot* ShadowMap::make(const void* block) noexcept {
  const auto address = reinterpret_cast<uintptr_t>(block);
  if (address >> kAddressBits != 0) return nullptr;
  auto* leaf = static_cast<Slot*>(map_pages(kLeafCount * sizeof(Slot)));
  if (leaf == nullptr) return nullptr;
  Slot* present = nullptr;
  if (!upper_[address >> kLeafShift].compare_exchange_strong(present, leaf, std::memory_order_acq_rel)) {
    unmap_pages(leaf, kLeafCount * sizeof(Slot)); // another thread was first
    leaf = present;
  }
  return leaf + (address >> kGranuleShift & kLeafMask);
}

void ShadowMap::wipe() noexcept {
  if (upper_ == nullptr) return;
  for (size_t i = 0; i < kUpperCount; ++i) {
    Slot* leaf = upper_[i].load(std::memory_order_acquire);
    if (leaf != nullptr) zero_pages(leaf, kLeafCount * sizeof(Slot));
  }
}

} // namespace benchmem
