// Workers that nothing of ours was loaded into (attached mode: they may be older than the first measurement). Such a
// thread is found by an allocation of its own in a window, and observed from its next piece of JavaScript to its end.
#ifndef BENCHMEM_V8_HEAP_WORKER_ADOPTION_H_
#define BENCHMEM_V8_HEAP_WORKER_ADOPTION_H_

#include "abi/benchmem_abi.h"

namespace benchmem::v8_heap {

// From here on, for the life of the process. Nothing if there are no JS heap figures, or if this runtime lacks what
// it takes; isolates that are no worker's of node stay unobserved.
void adopt_workers(const benchmem_abi& abi) noexcept;

} // namespace benchmem::v8_heap

#endif // BENCHMEM_V8_HEAP_WORKER_ADOPTION_H_
