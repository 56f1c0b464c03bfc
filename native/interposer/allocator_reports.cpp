#include "interposer/allocator_reports.h"

#include "callers/callers.h"
#include "mappings/mappings.h"
#include "tracker/pool_blocks.h"
#include "tracker/tracker.h"

namespace benchmem::allocator_reports {

void allocated(const void* block, size_t bytes) noexcept {
  tracker::pool_block_allocated(block, bytes, BENCHMEM_CALL_SITE());
}

void freed(const void* block) noexcept { tracker::pool_block_freed(block, BENCHMEM_CALL_SITE()); }

// Live bytes fall before they rise: the mark is that of the difference, as for a realloc.
void reallocated(const void* old_block, const void* block, size_t bytes) noexcept {
  tracker::pool_block_freed(old_block, BENCHMEM_CALL_SITE());
  tracker::pool_block_allocated(block, bytes, BENCHMEM_CALL_SITE());
}

void declare_pool(const void* begin, size_t bytes) noexcept {
  mappings::declare_pool(begin, bytes, BENCHMEM_CALL_SITE());
}

void undeclare_pool(const void* begin, size_t bytes) noexcept {
  mappings::undeclare_pool(begin, bytes, BENCHMEM_CALL_SITE());
}

void pool_cleared(const void* begin, size_t bytes) noexcept {
  tracker::pool_blocks_cleared(begin, bytes, BENCHMEM_CALL_SITE());
}

void own_memory_begin() noexcept { tracker::own_memory_begin(); }
void own_memory_end() noexcept { tracker::own_memory_end(); }

} // namespace benchmem::allocator_reports
