// An allocator that serves C++ by itself and means it: its blocks of new carry a header, so that one that goes to free,
// to the other form of delete, or back with a wrong size ends the process. Beside it the counter of the completeness tests, counting these too.
#include "../completeness/preload.c"

#include <dlfcn.h>
#include <stdlib.h>

#define SCALAR 0x5ca1a500u
#define ARRAY 0xa44a7000u

typedef struct {
  uint64_t form;
  uint64_t bytes;
} Header;

static void* allocate(size_t bytes, uint64_t form) {
  // Through this library's own slot: what its functions call of each other is one allocation all the same.
  Header* header = bytes > SIZE_MAX - sizeof(Header) ? NULL : malloc(bytes + sizeof(Header));
  if (header == NULL) return NULL;
  header->form = form;
  header->bytes = bytes;
  return header + 1;
}

static void release(void* block, uint64_t form) {
  if (block == NULL) return;
  Header* header = (Header*)block - 1;
  if (header->form != form) abort();
  header->form = 0;
  __libc_free(header);
}

static void release_sized(void* block, size_t bytes, uint64_t form) {
  if (block != NULL && ((Header*)block - 1)->bytes != bytes) abort();
  release(block, form);
}

EXPORTED size_t malloc_usable_size(void* block) {
  if (block == NULL) return 0;
  const Header* header = (Header*)block - 1;
  if (header->form == SCALAR || header->form == ARRAY) return header->bytes;
  static size_t (*next)(void*);
  if (next == NULL) *(void**)&next = dlsym(RTLD_NEXT, "malloc_usable_size");
  return next(block);
}

// Only the throwing forms of such allocators can throw; this one does not get that far.
static void* allocate_or_end(size_t bytes, uint64_t form) {
  void* block = allocate(bytes, form);
  if (block == NULL) abort();
  return block;
}

#define OPERATORS(name_new, name_new_nothrow, name_delete, name_delete_sized, name_delete_nothrow, form) \
  EXPORTED void* name_new(size_t bytes) { return allocate_or_end(bytes, form); }                         \
  EXPORTED void* name_new_nothrow(size_t bytes, const void* nothrow) {                                   \
    (void)nothrow;                                                                                       \
    return allocate(bytes, form);                                                                        \
  }                                                                                                      \
  EXPORTED void name_delete(void* block) { release(block, form); }                                       \
  EXPORTED void name_delete_sized(void* block, size_t bytes) {                                           \
    release_sized(block, bytes, form);                                                                   \
  }                                                                                                      \
  EXPORTED void name_delete_nothrow(void* block, const void* nothrow) {                                  \
    (void)nothrow;                                                                                       \
    release(block, form);                                                                                \
  }

OPERATORS(_Znwm, _ZnwmRKSt9nothrow_t, _ZdlPv, _ZdlPvm, _ZdlPvRKSt9nothrow_t, SCALAR)
OPERATORS(_Znam, _ZnamRKSt9nothrow_t, _ZdaPv, _ZdaPvm, _ZdaPvRKSt9nothrow_t, ARRAY)
