// Anonymous mappings from before anything was hooked: read from the kernel once, and given to the shared object whose
// writable data, or whose thread-local storage on this thread, holds a pointer into them.
// Not taken: V8's and the executable's own, malloc's, stacks. What nobody points to has no owner and stays unknown.
#ifndef BENCHMEM_MAPPINGS_EARLIER_H_
#define BENCHMEM_MAPPINGS_EARLIER_H_

#include <cstdint>

namespace benchmem::mappings {

// After prepare_callers(), while the mapping calls are seen already: what changes meanwhile is in the table, which wins.
// `allocator`: an address inside the object that defines malloc, whose mappings are beneath blocks that are counted.
void learn_earlier_regions(const void* allocator) noexcept;

} // namespace benchmem::mappings

#endif // BENCHMEM_MAPPINGS_EARLIER_H_
