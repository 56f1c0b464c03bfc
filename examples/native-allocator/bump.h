/* A bump allocator: blocks one behind the other in one slab, and room only after a reset. It reports each block to
 * benchmem, which sees exactly what its callers asked for, and nothing of the slab. One thread at a time. */
#ifndef BUMP_H_
#define BUMP_H_

#include <stddef.h>

enum bump_source { BUMP_MALLOC, BUMP_MMAP };

struct bump_pool {
  char* slab;
  size_t bytes;
  size_t used;
  enum bump_source source;
};

/* 0: no memory for the slab. */
int bump_open(struct bump_pool* pool, size_t bytes, enum bump_source source);
/* NULL: the slab is full. Aligned to 16 bytes. */
void* bump_take(struct bump_pool* pool, size_t bytes);
void* bump_resize(struct bump_pool* pool, void* block, size_t old_bytes, size_t bytes);
/* The block is gone; its room comes back with the next reset. */
void bump_release(struct bump_pool* pool, void* block);
void bump_reset(struct bump_pool* pool);
void bump_close(struct bump_pool* pool);

#endif
