// The allocator that would serve without the preload library: another one that the user preloaded, or the C library's.
// Works before constructors run.
// Must not be used by the addon in attached mode, where plain calls reach the allocator.
#ifndef BENCHMEM_BACKEND_SYSTEM_BACKEND_H_
#define BENCHMEM_BACKEND_SYSTEM_BACKEND_H_

#include <cstddef>

namespace benchmem {

struct NextAllocator {
  void* (*malloc)(size_t);
  void* (*calloc)(size_t, size_t);
  void* (*realloc)(void*, size_t);
  void (*free)(void*);
  void* (*memalign)(size_t, size_t);
  void* (*aligned_alloc)(size_t, size_t);
  int (*posix_memalign)(void**, size_t, size_t);
  void* (*valloc)(size_t);
  void* (*pvalloc)(size_t);
  size_t (*usable_size)(void*);
  bool realloc_to_zero_frees;
};
// INVARIANT: always callable; changes once, in SystemBackend::start(), before a second thread exists.
extern NextAllocator next_allocator __attribute__((visibility("hidden")));

struct SystemBackend {
  static constexpr const char* kName = "system";
  static constexpr bool kHasFastPath = false;

  // Looks the definitions up. Before it, glibc's own serve: also the calls that the look-up itself makes.
  static void start() noexcept;
  // Path of the object whose malloc the program calls instead of ours, nullptr if it calls ours. Any time.
  static const char* bypassed_by() noexcept;
  // File name of the object that serves ("" for the C library itself), for the description.
  static const char* foreign_allocator() noexcept;

  static bool realloc_to_zero_frees() noexcept { return next_allocator.realloc_to_zero_frees; }
  static void* malloc(size_t bytes) noexcept { return next_allocator.malloc(bytes); }
  static void* calloc(size_t count, size_t size) noexcept { return next_allocator.calloc(count, size); }
  static void* realloc(void* block, size_t bytes) noexcept { return next_allocator.realloc(block, bytes); }
  static void free(void* block) noexcept { next_allocator.free(block); }
  static void free_plain(void* block, size_t) noexcept { free(block); }
  static void* memalign(size_t alignment, size_t bytes) noexcept { return next_allocator.memalign(alignment, bytes); }
  static void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
    return next_allocator.aligned_alloc(alignment, bytes);
  }
  static int posix_memalign(void** out, size_t alignment, size_t bytes) noexcept {
    return next_allocator.posix_memalign(out, alignment, bytes);
  }
  static void* valloc(size_t bytes) noexcept { return next_allocator.valloc(bytes); }
  static void* pvalloc(size_t bytes) noexcept { return next_allocator.pvalloc(bytes); }
  static size_t usable_size(void* block) noexcept { return next_allocator.usable_size(block); }
};

} // namespace benchmem

#endif // BENCHMEM_BACKEND_SYSTEM_BACKEND_H_
