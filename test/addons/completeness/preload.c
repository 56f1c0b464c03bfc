// An independent count of the calls that reach the allocator's symbols: preloaded under the attached hooks, and
// compared with what they counted. Shares no code with the product and does nothing but count and forward.
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define EXPORTED __attribute__((visibility("default")))

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void* __libc_valloc(size_t);
extern void* __libc_pvalloc(size_t);
extern void __libc_free(void*);

static _Atomic uint64_t allocations;

// Calls since the process began that returned memory; a realloc that did is one.
EXPORTED uint64_t completeness_allocations(void) { return atomic_load(&allocations); }

static void* counted(void* block) {
  if (block != NULL) atomic_fetch_add_explicit(&allocations, 1, memory_order_relaxed);
  return block;
}

EXPORTED void* malloc(size_t bytes) { return counted(__libc_malloc(bytes)); }
EXPORTED void* calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size)); }
EXPORTED void* realloc(void* block, size_t bytes) { return counted(__libc_realloc(block, bytes)); }
EXPORTED void* memalign(size_t alignment, size_t bytes) { return counted(__libc_memalign(alignment, bytes)); }
EXPORTED void* aligned_alloc(size_t alignment, size_t bytes) { return counted(__libc_memalign(alignment, bytes)); }
EXPORTED void* valloc(size_t bytes) { return counted(__libc_valloc(bytes)); }
EXPORTED void* pvalloc(size_t bytes) { return counted(__libc_pvalloc(bytes)); }
EXPORTED void free(void* block) { __libc_free(block); }

EXPORTED void* reallocarray(void* block, size_t count, size_t size) {
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(block, bytes);
}

EXPORTED int posix_memalign(void** out, size_t alignment, size_t bytes) {
  if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* block = counted(__libc_memalign(alignment, bytes));
  if (block == NULL) return ENOMEM;
  *out = block;
  return 0;
}
