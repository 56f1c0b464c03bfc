// Our entry points, one for each hooked symbol: what the patched slots point to.
// They stay correct for good: a caller may keep such a pointer long after the slots were restored.
#ifndef BENCHMEM_INTERPOSER_ATTACHED_HOOK_ENTRIES_H_
#define BENCHMEM_INTERPOSER_ATTACHED_HOOK_ENTRIES_H_

#include <cstddef>
#include <cstdint>

namespace benchmem::attached {

void* hooked_malloc(size_t bytes);
void* hooked_calloc(size_t count, size_t size);
void* hooked_realloc(void* block, size_t bytes);
void* hooked_reallocarray(void* block, size_t count, size_t size);
void hooked_free(void* block);
void* hooked_memalign(size_t alignment, size_t bytes);
void* hooked_aligned_alloc(size_t alignment, size_t bytes);
int hooked_posix_memalign(void** out, size_t alignment, size_t bytes);
void* hooked_valloc(size_t bytes);
void* hooked_pvalloc(size_t bytes);

char* hooked_strdup(const char* text);
char* hooked_strndup(const char* text, size_t limit);
int hooked_dlclose(void* handle);

void* hooked_mmap(void* address, size_t bytes, int protection, int flags, int file, int64_t offset);
void* hooked_mmap64(void* address, size_t bytes, int protection, int flags, int file, int64_t offset);
int hooked_munmap(void* address, size_t bytes);
int hooked_mprotect(void* address, size_t bytes, int protection);
int hooked_pkey_mprotect(void* address, size_t bytes, int protection, int key);
void* hooked_mremap(void* address, size_t bytes, size_t new_bytes, int flags, void* new_address);
int hooked_madvise(void* address, size_t bytes, int advice);

// Each serves the scalar and the array form. `const void*` stands for `const std::nothrow_t&`, `size_t alignment`
// for `std::align_val_t`: they come in the same registers.
void* hooked_new(size_t bytes);
void* hooked_new_nothrow(size_t bytes, const void* nothrow);
void* hooked_new_aligned(size_t bytes, size_t alignment);
void* hooked_new_aligned_nothrow(size_t bytes, size_t alignment, const void* nothrow);
// Every form of operator delete passes the block first and needs nothing else.
void hooked_delete(void* block);

} // namespace benchmem::attached

#endif // BENCHMEM_INTERPOSER_ATTACHED_HOOK_ENTRIES_H_
