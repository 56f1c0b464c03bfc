#define _GNU_SOURCE
#include "bump.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "benchmem_allocator.h"

int bump_open(struct bump_pool* pool, size_t bytes, enum bump_source source) {
  if (source == BUMP_MMAP) {
    void* pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pool->slab = pages == MAP_FAILED ? NULL : pages;
  } else {
    /* The slab itself is in no figure: its blocks are. */
    const struct benchmem_allocator_v1* own = benchmem_own_memory_begin();
    pool->slab = malloc(bytes);
    benchmem_own_memory_end(own);
  }
  if (pool->slab == NULL) return 0;
  pool->bytes = bytes;
  pool->used = 0;
  pool->source = source;
  benchmem_declare_pool(pool->slab, bytes);
  return 1;
}

static void* take(struct bump_pool* pool, size_t bytes) {
  /* At least one granule of 16: two blocks never share an address. */
  const size_t room = bytes == 0 ? 16 : (bytes + 15) & ~(size_t)15;
  if (room < bytes || room > pool->bytes - pool->used) return NULL;
  void* block = pool->slab + pool->used;
  pool->used += room;
  return block;
}

void* bump_take(struct bump_pool* pool, size_t bytes) {
  void* block = take(pool, bytes);
  if (block != NULL) benchmem_allocated(block, bytes);
  return block;
}

void* bump_resize(struct bump_pool* pool, void* block, size_t old_bytes, size_t bytes) {
  void* moved = take(pool, bytes);
  if (moved == NULL) return NULL;
  memcpy(moved, block, old_bytes < bytes ? old_bytes : bytes);
  benchmem_reallocated(block, moved, bytes);
  return moved;
}

void bump_release(struct bump_pool* pool, void* block) {
  (void)pool;
  benchmem_freed(block);
}

void bump_reset(struct bump_pool* pool) {
  benchmem_pool_cleared(pool->slab, pool->used);
  pool->used = 0;
}

void bump_close(struct bump_pool* pool) {
  bump_reset(pool);
  if (pool->source == BUMP_MMAP) {
    munmap(pool->slab, pool->bytes);
  } else {
    const struct benchmem_allocator_v1* own = benchmem_own_memory_begin();
    free(pool->slab);
    benchmem_own_memory_end(own);
  }
  pool->slab = NULL;
}
