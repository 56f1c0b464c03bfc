// An array on pages of the kernel that doubles where it is full. What was never written reads as zero.
// Not thread-safe, and elements move when it grows: no pointer into it outlives a reserve().
#ifndef BENCHMEM_KERNEL_GROWING_PAGES_H_
#define BENCHMEM_KERNEL_GROWING_PAGES_H_

#include <cstddef>
#include <type_traits>

#include "kernel/raw_pages.h"

namespace benchmem {

template <class Item>
class GrowingPages {
  static_assert(std::is_trivially_copyable<Item>::value, "the kernel moves them");

 public:
  // Room for that many items. False when the kernel refuses: all is as it was.
  bool reserve(size_t count) noexcept {
    if (count <= room()) return true;
    size_t bytes = bytes_ == 0 ? kFirstBytes : bytes_;
    while (bytes / sizeof(Item) < count) bytes *= 2;
    void* grown = bytes_ == 0 ? map_pages(bytes) : move_pages(items_, bytes_, bytes);
    if (grown == nullptr) return false;
    items_ = static_cast<Item*>(grown);
    bytes_ = bytes;
    return true;
  }
  void release() noexcept {
    if (bytes_ != 0) unmap_pages(items_, bytes_);
    items_ = nullptr;
    bytes_ = 0;
  }
  size_t room() const noexcept { return bytes_ / sizeof(Item); }

  Item& operator[](size_t index) noexcept { return items_[index]; }
  const Item& operator[](size_t index) const noexcept { return items_[index]; }

 private:
  static constexpr size_t kFirstBytes = 64 * 1024;

  Item* items_ = nullptr;
  size_t bytes_ = 0;
};

} // namespace benchmem

#endif // BENCHMEM_KERNEL_GROWING_PAGES_H_
