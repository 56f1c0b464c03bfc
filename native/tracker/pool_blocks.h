// Blocks of allocators that report their own calls: the same counts, marks and shadow entries as malloc's blocks.
// INVARIANT: their entries are special (no allocator may be told their size), and are kept outside of windows too, so
// that what an older block was asked for is known. A report that cannot be kept voids the window, and says so.
#ifndef BENCHMEM_TRACKER_POOL_BLOCKS_H_
#define BENCHMEM_TRACKER_POOL_BLOCKS_H_

#include <cstddef>

#include "callers/callers.h"

namespace benchmem::tracker {

void pool_block_allocated(const void* block, size_t bytes, CallSite site) noexcept;
void pool_block_freed(const void* block, CallSite site) noexcept;
// Frees every block that was reported in the range.
void pool_blocks_cleared(const void* begin, size_t bytes, CallSite site) noexcept;

// What malloc serves between them is an allocator's own: in no figure. An end without a beginning is nothing.
void own_memory_begin() noexcept;
void own_memory_end() noexcept;
// The current thread began and did not end: all that it allocates since is in no figure.
bool own_memory_left_open() noexcept;

} // namespace benchmem::tracker

#endif // BENCHMEM_TRACKER_POOL_BLOCKS_H_
