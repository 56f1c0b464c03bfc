// jemalloc's thread cache, inlined into the hooks: what it serves costs no call, and no register is saved around one.
// Composed of jemalloc's own inline functions, as its operator new is. Must be included by entry points only: it
// brings jemalloc's internal headers in.
#ifndef BENCHMEM_BACKEND_JEMALLOC_FAST_PATH_H_
#define BENCHMEM_BACKEND_JEMALLOC_FAST_PATH_H_

#pragma GCC system_header // WHY: those headers are C that is meant to pass as C++ too, warnings or not

#include "backend/jemalloc_backend.h"

extern "C" {
#include <jemalloc/internal/jemalloc_preamble.h>
#include <jemalloc/internal/jemalloc_internal_includes.h>
}

namespace benchmem {

// SAFETY: no size is raised to 16 bytes here: JemallocBackend::start() has taken the class of 8 bytes out of
// jemalloc's table, and before it every thread's next event is at 0, so that nothing is served from here.
struct JemallocFastPath : JemallocBackend {
  static constexpr bool kHasFastPath = true;
  // Blocks that a profile or a detector of uses after free has marked would need a look at their address.
  static_assert(!config_prof && !config_uaf_detection && !config_debug, "jemalloc is not built with these");

  // As malloc(), from the thread's cache alone. nullptr: nothing was done, malloc() decides.
  __attribute__((always_inline)) static void* try_malloc(size_t bytes) noexcept {
    if (__builtin_expect(bytes > SC_LOOKUP_MAXCLASS, 0)) return nullptr;
    tsd_t* thread = tsd_get(false);
    szind_t index = 0;
    size_t class_bytes = 0;
    sz_size2index_usize_fastpath(bytes, &index, &class_bytes);
    uint64_t allocated = 0;
    uint64_t next_event = 0;
    te_malloc_fastpath_ctx(thread, &allocated, &next_event);
    allocated += class_bytes;
    // Where the thread's state is not ready or wants its slow path, next_event is 0.
    if (__builtin_expect(allocated >= next_event, 0)) return nullptr;
    cache_bin_t* bin = &tsd_tcachep_get(thread)->bins[index];
    bool cached = false;
    void* block = cache_bin_alloc_easy(bin, &cached);
    if (__builtin_expect(!cached, 0)) return nullptr; // the cache is empty, or at its low-water mark
    fastpath_success_finish(thread, allocated, bin, block);
    if (block == nullptr) __builtin_unreachable();
    return block;
  }

  // As free_plain(), into the thread's cache alone. False: nothing was done, free_plain() must.
  __attribute__((always_inline)) static bool try_free_plain(void* block, size_t bytes) noexcept {
    if (__builtin_expect(bytes > SC_LOOKUP_MAXCLASS, 0)) return false;
    tsd_t* thread = tsd_get(false);
    const szind_t index = sz_size2index_lookup(bytes);
    uint64_t freed = 0;
    uint64_t next_event = 0;
    te_free_fastpath_ctx(thread, &freed, &next_event);
    freed += sz_index2size(index);
    if (__builtin_expect(freed >= next_event, 0)) return false;
    if (__builtin_expect(!cache_bin_dalloc_easy(&tsd_tcachep_get(thread)->bins[index], block), 0)) return false;
    *tsd_thread_deallocatedp_get(thread) = freed;
    return true;
  }

  // Once jemalloc has started. Sizes of up to 8 bytes are in the table's first two places.
  static void drop_smallest_class() noexcept {
    for (size_t place = 0; place < 2; ++place) sz_size2index_tab[place] = sz_size2index_tab[2];
  }
};

} // namespace benchmem

#endif // BENCHMEM_BACKEND_JEMALLOC_FAST_PATH_H_
