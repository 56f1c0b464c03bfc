// The process's own allocator, called through this object's own slots.
// INVARIANT: nobody may take the address of one of these functions here: the executable can answer with its own
// jump stub, which is hooked. The interposer binds this object's slots to the true definitions before it hooks.
#ifndef BENCHMEM_BACKEND_LINKED_BACKEND_H_
#define BENCHMEM_BACKEND_LINKED_BACKEND_H_

#include <malloc.h>
#include <stdlib.h>

#include <cstddef>

namespace benchmem {

struct LinkedBackend {
  static constexpr const char* kName = "linked";
  static constexpr bool kHasFastPath = false;

  static void* malloc(size_t bytes) noexcept { return ::malloc(bytes); }
  static void* calloc(size_t count, size_t size) noexcept { return ::calloc(count, size); }
  static void* realloc(void* block, size_t bytes) noexcept { return ::realloc(block, bytes); }
  static void free(void* block) noexcept { ::free(block); }
  static void free_plain(void* block, size_t) noexcept { free(block); }
  static void* memalign(size_t alignment, size_t bytes) noexcept { return ::memalign(alignment, bytes); }
  static void* aligned_alloc(size_t alignment, size_t bytes) noexcept { return ::aligned_alloc(alignment, bytes); }
  static int posix_memalign(void** out, size_t alignment, size_t bytes) noexcept {
    return ::posix_memalign(out, alignment, bytes);
  }
  static void* valloc(size_t bytes) noexcept { return ::valloc(bytes); }
  static void* pvalloc(size_t bytes) noexcept { return ::pvalloc(bytes); }
  static size_t usable_size(void* block) noexcept { return ::malloc_usable_size(block); }

  // What this allocator does with realloc(block, 0): glibc frees, others return a small block. Tried out once.
  static bool realloc_to_zero_frees() noexcept { return realloc_to_zero_frees_; }
  static void learn() noexcept;

 private:
  static inline bool realloc_to_zero_frees_ = true;
};

// Before any hook is in place.
inline void LinkedBackend::learn() noexcept {
  void* block = ::malloc(1);
  if (block == nullptr) return;
  void* remaining = ::realloc(block, 0);
  realloc_to_zero_frees_ = remaining == nullptr;
  ::free(remaining);
}

} // namespace benchmem

#endif // BENCHMEM_BACKEND_LINKED_BACKEND_H_
