// A piece of the address space: from its first address to the one behind its last.
#ifndef BENCHMEM_KERNEL_RANGE_H_
#define BENCHMEM_KERNEL_RANGE_H_

#include <cstdint>

namespace benchmem {

struct Range {
  uintptr_t begin = 0;
  uintptr_t end = 0;
  uint64_t bytes() const noexcept { return end - begin; }
  bool holds(uintptr_t address) const noexcept { return address >= begin && address < end; }
};

} // namespace benchmem

#endif // BENCHMEM_KERNEL_RANGE_H_
