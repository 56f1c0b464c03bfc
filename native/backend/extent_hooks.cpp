// Mapping, unmapping and counting extents by plain system calls.
// WHY: jemalloc's own hooks with a counter in front are not used, because those of alloc and merge set up the thread's
// state when they run on a thread that has none yet (its first call was a free), which allocates under the lock that is
// held: a deadlock of jemalloc 5.3.0 with any custom hooks.

#include "backend/extent_hooks.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "backend/jemalloc_api.h"

namespace benchmem {

__thread uint64_t tls_raised_mark __attribute__((tls_model("initial-exec"), visibility("hidden"))) = 0;
MappedBytes mapped_bytes;

namespace {

extent_hooks_t g_hooks;

char* map_pages(void* wanted, size_t bytes) noexcept {
  const long result = syscall(SYS_mmap, wanted, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1L, 0L);
  return result == -1 ? nullptr : reinterpret_cast<char*>(result);
}

bool unmap_pages(void* address, size_t bytes) noexcept { return syscall(SYS_munmap, address, bytes) == 0; }

// More than is wanted, with the ends cut off.
char* map_aligned(size_t bytes, size_t alignment) noexcept {
  size_t room = 0;
  if (__builtin_add_overflow(bytes, alignment, &room)) return nullptr;
  char* start = map_pages(nullptr, room);
  if (start == nullptr) return nullptr;
  char* aligned = reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(start) + alignment - 1) & ~(alignment - 1));
  if (aligned > start) unmap_pages(start, static_cast<size_t>(aligned - start));
  const auto behind = static_cast<size_t>(start + room - (aligned + bytes));
  if (behind > 0) unmap_pages(aligned + bytes, behind);
  return aligned;
}

char* map_extent(void* wanted, size_t bytes, size_t alignment) noexcept {
  char* start = map_pages(wanted, bytes);
  if (start == nullptr) return nullptr;
  const bool fits = wanted == nullptr ? (reinterpret_cast<uintptr_t>(start) & (alignment - 1)) == 0 : start == wanted;
  if (fits) return start;
  unmap_pages(start, bytes);
  return wanted == nullptr ? map_aligned(bytes, alignment) : nullptr;
}

void* allocate_extent(extent_hooks_t*, void* wanted, size_t bytes, size_t alignment, bool* zero, bool* commit,
                      unsigned) {
  const int saved = errno;
  void* extent = map_extent(wanted, bytes, alignment);
  errno = saved; // jemalloc says ENOMEM itself where it gives up
  if (extent == nullptr) return nullptr;
  *zero = true;
  *commit = true;
  const uint64_t serial = mapped_bytes.add(bytes);
  if (serial != 0) tls_raised_mark = serial;
  return extent;
}

bool release_extent(extent_hooks_t*, void* address, size_t bytes, bool, unsigned) {
  const int saved = errno;
  mapped_bytes.subtract(bytes);
  const bool kept = !unmap_pages(address, bytes);
  if (kept) mapped_bytes.add(bytes); // too many mappings: jemalloc goes on holding it
  errno = saved;
  return kept;
}

void destroy_extent(extent_hooks_t* hooks, void* address, size_t bytes, bool committed, unsigned arena) {
  release_extent(hooks, address, bytes, committed, arena);
}

// Anonymous mappings can be cut and joined anywhere.
bool split_extent(extent_hooks_t*, void*, size_t, size_t, size_t, bool, unsigned) { return false; }
bool merge_extents(extent_hooks_t*, void*, size_t, void*, size_t, bool, unsigned) { return false; }

// Bytes of the extents that exist already; metadata is not among them. Only while no other thread runs.
bool existing_extent_bytes(uint64_t* out) noexcept {
  uint64_t active = 0;
  uint64_t dirty = 0;
  uint64_t muzzy = 0;
  uint64_t page = 0;
  if (!refresh_jemalloc_statistics() || !read_jemalloc_size("arenas.page", &page) ||
      !read_jemalloc_size("stats.arenas.0.pactive", &active) || !read_jemalloc_size("stats.arenas.0.pdirty", &dirty) ||
      !read_jemalloc_size("stats.arenas.0.pmuzzy", &muzzy)) {
    return false;
  }
  *out = (active + dirty + muzzy) * page;
  return true;
}

} // namespace

bool install_extent_hooks() noexcept {
  extent_hooks_t* found = nullptr;
  size_t length = sizeof(found);
  uint64_t already = 0;
  if (bm_je_mallctl("arena.0.extent_hooks", &found, &length, nullptr, 0) != 0) return false;
  if (!existing_extent_bytes(&already)) return false;
  mapped_bytes.start_at(already);
  g_hooks = *found; // committing and purging stay jemalloc's
  g_hooks.alloc = allocate_extent;
  g_hooks.dalloc = release_extent;
  g_hooks.destroy = destroy_extent;
  g_hooks.split = split_extent;
  g_hooks.merge = merge_extents;
  extent_hooks_t* ours = &g_hooks;
  return bm_je_mallctl("arena.0.extent_hooks", nullptr, nullptr, &ours, sizeof(ours)) == 0;
}

} // namespace benchmem
