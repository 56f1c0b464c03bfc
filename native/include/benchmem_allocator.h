/* For allocators inside native addons (bump, slab, arena): report each block to benchmem, exactly.
 * Copy this one file, or add it to the include path; plain C99 or C++, nothing to link. Without benchmem in the
 * process, and on platforms that it does not measure, every call is one load and one branch, or nothing.
 *
 *   slab:   const struct benchmem_allocator_v1* own = benchmem_own_memory_begin();
 *           void* slab = malloc(bytes);                 // or mmap: benchmem_own_memory_* is not needed then
 *           benchmem_own_memory_end(own);
 *           benchmem_declare_pool(slab, bytes);
 *   block:  benchmem_allocated(block, bytes); benchmem_reallocated(old_block, block, bytes); benchmem_freed(block);
 *   reset:  benchmem_pool_cleared(slab, bytes);         // all blocks in it are gone
 *   end:    benchmem_pool_cleared, then munmap, which ends a declaration too; or free(slab) between benchmem_own_memory_*;
 *           benchmem_undeclare_pool is for pages that stay mapped for another use
 *
 * Rules. A block's address is a multiple of 16, and no two live blocks share one; a report that breaks this makes the
 * window fail (INVALID_REPORT) instead of giving wrong figures. Report a block after it is taken and before it is given
 * back. What malloc served between benchmem_own_memory_begin and _end is in no figure, so that a slab does not
 * count beside its blocks; the same thread ends what it began (one left open makes the window fail too). Pages mapped
 * for a pool that grows are declared again.
 * Bytes are those the caller asked for; a reallocation is one allocation of its whole new size. Any thread; nothing
 * here allocates. Attached benchmem finds the addon at each install() and window: an addon that is
 * loaded inside a window is heard from the next one on. */
#ifndef BENCHMEM_ALLOCATOR_H_
#define BENCHMEM_ALLOCATOR_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Later versions append members; `struct_bytes` says how many there are. */
struct benchmem_allocator_v1 {
  size_t struct_bytes;
  void (*allocated)(const void* block, size_t bytes);
  void (*freed)(const void* block);
  void (*reallocated)(const void* old_block, const void* block, size_t bytes);
  void (*declare_pool)(const void* begin, size_t bytes);
  void (*undeclare_pool)(const void* begin, size_t bytes);
  void (*pool_cleared)(const void* begin, size_t bytes);
  void (*own_memory_begin)(void);
  void (*own_memory_end)(void);
};

/* A weak reference that nobody has to define: the preloaded library does, the attached one fills its slot. */
#if defined(__linux__) && defined(__ELF__) && defined(__GNUC__)
extern const struct benchmem_allocator_v1 benchmem_allocator_provider_v1 __attribute__((weak, visibility("default")));
#define BENCHMEM_ALLOCATOR_PROVIDER (&benchmem_allocator_provider_v1)
/* So that the call is not the caller's last act: benchmem tells by the return address who reports. */
#define BENCHMEM_ALLOCATOR_STAY() __asm__ __volatile__("")
#else
#define BENCHMEM_ALLOCATOR_PROVIDER ((const struct benchmem_allocator_v1*)0)
#define BENCHMEM_ALLOCATOR_STAY() ((void)0)
#endif

#define BENCHMEM_ALLOCATOR_CALL(call)                                                    \
  do {                                                                                   \
    const struct benchmem_allocator_v1* benchmem_provider = BENCHMEM_ALLOCATOR_PROVIDER; \
    if (benchmem_provider) {                                                             \
      benchmem_provider->call;                                                           \
      BENCHMEM_ALLOCATOR_STAY();                                                         \
    }                                                                                    \
  } while (0)

static inline void benchmem_allocated(const void* block, size_t bytes) {
  BENCHMEM_ALLOCATOR_CALL(allocated(block, bytes));
}
static inline void benchmem_freed(const void* block) { BENCHMEM_ALLOCATOR_CALL(freed(block)); }
static inline void benchmem_reallocated(const void* old_block, const void* block, size_t bytes) {
  BENCHMEM_ALLOCATOR_CALL(reallocated(old_block, block, bytes));
}
static inline void benchmem_declare_pool(const void* begin, size_t bytes) {
  BENCHMEM_ALLOCATOR_CALL(declare_pool(begin, bytes));
}
static inline void benchmem_undeclare_pool(const void* begin, size_t bytes) {
  BENCHMEM_ALLOCATOR_CALL(undeclare_pool(begin, bytes));
}
static inline void benchmem_pool_cleared(const void* begin, size_t bytes) {
  BENCHMEM_ALLOCATOR_CALL(pool_cleared(begin, bytes));
}
/* Hand the result to benchmem_own_memory_end, on the same thread. */
static inline const struct benchmem_allocator_v1* benchmem_own_memory_begin(void) {
  const struct benchmem_allocator_v1* const provider = BENCHMEM_ALLOCATOR_PROVIDER;
  if (provider) provider->own_memory_begin();
  return provider;
}
static inline void benchmem_own_memory_end(const struct benchmem_allocator_v1* begun) {
  if (begun) begun->own_memory_end();
}

#ifdef __cplusplus
}
#endif
#endif /* BENCHMEM_ALLOCATOR_H_ */
