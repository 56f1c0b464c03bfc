// What benchmem_allocator.h calls, once, for both interposers: from a reporting allocator to the tracker and mappings.
// Must not know how the allocator found the table.
#ifndef BENCHMEM_INTERPOSER_ALLOCATOR_REPORTS_H_
#define BENCHMEM_INTERPOSER_ALLOCATOR_REPORTS_H_

#include "include/benchmem_allocator.h"

namespace benchmem::allocator_reports {

// Each is called by the allocator itself: its return address says whose report it is.
void allocated(const void* block, size_t bytes) noexcept;
void freed(const void* block) noexcept;
void reallocated(const void* old_block, const void* block, size_t bytes) noexcept;
void declare_pool(const void* begin, size_t bytes) noexcept;
void undeclare_pool(const void* begin, size_t bytes) noexcept;
void pool_cleared(const void* begin, size_t bytes) noexcept;
void own_memory_begin() noexcept;
void own_memory_end() noexcept;

inline constexpr benchmem_allocator_v1 kTable = {
    sizeof(benchmem_allocator_v1),
    allocated,
    freed,
    reallocated,
    declare_pool,
    undeclare_pool,
    pool_cleared,
    own_memory_begin,
    own_memory_end,
};

} // namespace benchmem::allocator_reports

#endif // BENCHMEM_INTERPOSER_ALLOCATOR_REPORTS_H_
