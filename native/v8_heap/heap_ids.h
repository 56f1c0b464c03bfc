// V8's numbers of heap objects as a clock: what has a higher number than a mark was allocated after it.
#ifndef BENCHMEM_V8_HEAP_HEAP_IDS_H_
#define BENCHMEM_V8_HEAP_HEAP_IDS_H_

#include <cstdint>

namespace benchmem::v8_heap {

// Collects all garbage, gives every object of this thread's isolate a number, and answers the highest. From the first call on V8
// follows objects as they move, for good: only in a process that is there for this.
// INVARIANT: an object keeps its number, and numbers only grow; so an object that a later snapshot numbers above the mark was
// allocated after it. One at or below it was alive then, or lies where one did that died since: V8 drops the numbers of dead
// objects at the next mark, and gives what is allocated in their place before that the old number. Few are: 1 in 50 where
// WeakCells are renewed, none elsewhere.
// 0 where this V8 has no such entry points.
uint32_t mark_heap_ids() noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_HEAP_IDS_H_
