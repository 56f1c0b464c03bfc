// Vendored jemalloc as the allocator of a preloaded process, and what it holds from the system.
// One arena, and freed pages go back at once, so that the same program gives the same figures each time.
// Must know nothing of windows but when one opens and ends; counting requests is the tracker's.
#ifndef BENCHMEM_BACKEND_JEMALLOC_BACKEND_H_
#define BENCHMEM_BACKEND_JEMALLOC_BACKEND_H_

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "abi/benchmem_abi.h"
#include "backend/jemalloc_api.h"
#include "kernel/raw_pages.h"

namespace benchmem {

struct JemallocBackend {
  static constexpr const char* kName = "jemalloc";
  static constexpr bool kHasFastPath = false;

  // Initialises jemalloc and installs the extent hooks, before the first block is handed out.
  static void start() noexcept;
  static const char* version() noexcept; // "5.3.0"
  // False if the extent hooks could not be installed: there are no figures then. Mapped bytes: mapped_bytes.h.
  static bool figures(benchmem_allocator_figures* out) noexcept;

  static bool realloc_to_zero_frees() noexcept { return true; } // kConfiguration says so
  static size_t usable_size(void* block) noexcept { return bm_je_malloc_usable_size(block); }

  static void* malloc(size_t bytes) noexcept { return bm_je_malloc(at_least_aligned(bytes)); }
  static void* calloc(size_t count, size_t size) noexcept {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) return no_memory();
    return bm_je_calloc(1, at_least_aligned(bytes));
  }
  static void* realloc(void* block, size_t bytes) noexcept {
    const bool frees = block != nullptr && bytes == 0;
    void* moved = bm_je_realloc(block, frees ? 0 : at_least_aligned(bytes));
    // jemalloc 5.3.0's realloc leaves errno alone where it fails.
    return moved != nullptr || frees ? moved : no_memory();
  }
  static void free(void* block) noexcept { bm_je_free(block); }
  // PERF: told the size, jemalloc need not look up the block's class. SAFETY: it must be this size's class; that of a
  // block with a wanted alignment may be another.
  static void free_plain(void* block, size_t bytes) noexcept { bm_je_sdallocx(block, at_least_aligned(bytes), 0); }

  // The C library rounds an odd alignment up, jemalloc refuses it.
  static void* memalign(size_t alignment, size_t bytes) noexcept {
    if (alignment <= kNaturalAlignment) return malloc(bytes);
    if ((alignment & (alignment - 1)) != 0) alignment = next_power_of_two(alignment);
    return alignment == 0 ? no_memory() : bm_je_memalign(alignment, at_least_aligned(bytes));
  }
  static void* aligned_alloc(size_t alignment, size_t bytes) noexcept {
    return bm_je_aligned_alloc(alignment, at_least_aligned(bytes));
  }
  static int posix_memalign(void** out, size_t alignment, size_t bytes) noexcept {
    return bm_je_posix_memalign(out, alignment, at_least_aligned(bytes));
  }
  static void* valloc(size_t bytes) noexcept { return bm_je_memalign(page_bytes(), at_least_aligned(bytes)); }
  static void* pvalloc(size_t bytes) noexcept {
    const size_t page_size = page_bytes();
    if (bytes > SIZE_MAX - page_size) return no_memory();
    const size_t pages = (bytes + page_size - 1) & ~(page_size - 1);
    return bm_je_memalign(page_size, pages == 0 ? page_size : pages);
  }

 protected:
  static constexpr size_t kNaturalAlignment = 16; // of every size class of 16 bytes and more

  // INVARIANT: every block is aligned like glibc's. jemalloc's class of 8 bytes is not, so nobody gets it.
  static size_t at_least_aligned(size_t bytes) noexcept {
    return bytes < kNaturalAlignment ? kNaturalAlignment : bytes;
  }

 private:
  static size_t next_power_of_two(size_t value) noexcept {
    if (value > SIZE_MAX / 2 + 1) return 0;
    return size_t{1} << (64 - __builtin_clzll(value - 1));
  }
  // jemalloc's memalign forgets the alignment where no byte is asked for.
  static size_t at_least_one(size_t bytes) noexcept { return bytes == 0 ? 1 : bytes; }
  static void* no_memory() noexcept {
    errno = ENOMEM;
    return nullptr;
  }
};

} // namespace benchmem

#endif // BENCHMEM_BACKEND_JEMALLOC_BACKEND_H_
