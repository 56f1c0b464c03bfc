// Finding the allocator beside the preload library. glibc only.
// WHY: glibc's __libc_ names come first, because older dlsym allocates its error buffer, through the very functions
// looked up.

#include "backend/system_backend.h"

#include <dlfcn.h>

#include <cerrno>
#include <cstring>

#include "backend/earlier_definition.h"

extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void __libc_free(void*);
void* __libc_memalign(size_t, size_t);
void* __libc_valloc(size_t);
void* __libc_pvalloc(size_t);
}

namespace benchmem {

namespace {

int early_posix_memalign(void** out, size_t alignment, size_t bytes) noexcept {
  if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* block = __libc_memalign(alignment, bytes);
  if (block == nullptr) return ENOMEM;
  *out = block;
  return 0;
}

size_t early_usable_size(void*) noexcept { return 0; } // nobody asks before start() has returned

const char* g_foreign_allocator = "";

// WHY: the earlier one comes first, because what we hand out must be from the same allocator if a program's free is not
// ours.
template <class Function>
void find_other(const char* name, Function*& slot) noexcept {
  void* found = find_earlier_definition(name).address;
  if (found == nullptr) found = dlsym(RTLD_NEXT, name);
  if (found != nullptr) slot = reinterpret_cast<Function*>(found);
}

const char* file_name_of(const void* address) noexcept {
  Dl_info info;
  if (dladdr(address, &info) == 0 || info.dli_fname == nullptr) return "unknown";
  const char* slash = strrchr(info.dli_fname, '/');
  return slash == nullptr ? info.dli_fname : slash + 1;
}

} // namespace

NextAllocator next_allocator = {
    __libc_malloc,
    __libc_calloc,
    __libc_realloc,
    __libc_free,
    __libc_memalign,
    __libc_memalign,
    early_posix_memalign,
    __libc_valloc,
    __libc_pvalloc,
    early_usable_size,
    true,
};

void SystemBackend::start() noexcept {
  NextAllocator found = next_allocator;
  find_other("malloc", found.malloc);
  find_other("calloc", found.calloc);
  find_other("realloc", found.realloc);
  find_other("free", found.free);
  find_other("memalign", found.memalign);
  find_other("aligned_alloc", found.aligned_alloc);
  find_other("posix_memalign", found.posix_memalign);
  find_other("valloc", found.valloc);
  find_other("pvalloc", found.pvalloc);
  find_other("malloc_usable_size", found.usable_size);
  const bool foreign = found.malloc != static_cast<void* (*)(size_t)>(__libc_malloc);
  next_allocator = found;
  if (!foreign) return;
  g_foreign_allocator = file_name_of(reinterpret_cast<const void*>(found.malloc));
  void* block = found.realloc(found.malloc(16), 0);
  next_allocator.realloc_to_zero_frees = block == nullptr;
  if (block != nullptr) found.free(block);
}

const char* SystemBackend::bypassed_by() noexcept { return find_earlier_definition("malloc").object; }

const char* SystemBackend::foreign_allocator() noexcept { return g_foreign_allocator; }

} // namespace benchmem
