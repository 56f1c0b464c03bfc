// jemalloc's extents, mapped and unmapped here so that every byte of them is counted.
// Must not call into jemalloc or libc's allocator, nor take any lock but the counter's: jemalloc holds its own.
#ifndef BENCHMEM_BACKEND_EXTENT_HOOKS_H_
#define BENCHMEM_BACKEND_EXTENT_HOOKS_H_

#include <cstdint>

#include "backend/mapped_bytes.h"

namespace benchmem {

// Serial number of the mapped mark that this thread's present call raised, 0 if none: the preload library looks
// after each call, when the new block is accounted, how many requested bytes are live at that mark.
extern __thread uint64_t tls_raised_mark __attribute__((tls_model("initial-exec"), visibility("hidden")));

extern MappedBytes mapped_bytes __attribute__((visibility("hidden")));

// Replaces the hooks of jemalloc's one arena. False: jemalloc refused, and nothing is counted.
bool install_extent_hooks() noexcept;

} // namespace benchmem

#endif // BENCHMEM_BACKEND_EXTENT_HOOKS_H_
