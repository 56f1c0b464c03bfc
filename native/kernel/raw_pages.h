// Zeroed pages straight from the kernel, for the tracker's own tables.
// WHY: the tracker runs inside malloc; whatever it needs may come from no allocator and no hooked symbol.
#ifndef BENCHMEM_KERNEL_RAW_PAGES_H_
#define BENCHMEM_KERNEL_RAW_PAGES_H_

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace benchmem {

// Restores errno on leaving a scope: no hook may change what the caller sees.
class ErrnoGuard {
 public:
  ErrnoGuard() noexcept : saved_(errno) {}
  ~ErrnoGuard() { errno = saved_; }
  ErrnoGuard(const ErrnoGuard&) = delete;
  ErrnoGuard& operator=(const ErrnoGuard&) = delete;

 private:
  int saved_;
};

// PERF: a constant where the machine has pages of one size only. arm64's kernels are built for 4, 16 or 64 KiB.
inline size_t page_bytes() noexcept {
#if defined(__x86_64__)
  return 4096;
#else
  return static_cast<size_t>(sysconf(_SC_PAGESIZE));
#endif
}

// Reserved without commitment: untouched pages cost nothing. nullptr when the kernel refuses.
inline void* map_pages(size_t bytes) noexcept {
  ErrnoGuard guard;
  const long at =
      syscall(SYS_mmap, nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0L);
  return at == -1 ? nullptr : reinterpret_cast<void*>(at);
}

// The same for what will be touched here and there: never in huge pages, which would cost 2 MiB for each touch.
inline void* map_sparse_pages(size_t bytes) noexcept {
  ErrnoGuard guard;
  void* pages = map_pages(bytes);
  if (pages != nullptr) syscall(SYS_madvise, pages, bytes, MADV_NOHUGEPAGE); // EINVAL where the kernel has none
  return pages;
}

inline void unmap_pages(void* pages, size_t bytes) noexcept {
  ErrnoGuard guard;
#ifdef __SANITIZE_THREAD__
  ::munmap(pages, bytes); // WHY: it forgets who touched them only where it sees them go; others may get them next
#else
  syscall(SYS_munmap, pages, bytes);
#endif
}

// Their contents at another size, mostly elsewhere. nullptr when the kernel refuses: the pages stay as they are.
inline void* move_pages(void* pages, size_t bytes, size_t new_bytes) noexcept {
  ErrnoGuard guard;
#ifdef __SANITIZE_THREAD__ // as above
  void* copy = map_pages(new_bytes);
  if (copy != nullptr) memcpy(copy, pages, bytes);
  if (copy != nullptr) unmap_pages(pages, bytes);
  return copy;
#else
  const long at = syscall(SYS_mremap, pages, bytes, new_bytes, MREMAP_MAYMOVE);
  return at == -1 ? nullptr : reinterpret_cast<void*>(at);
#endif
}

// Gives the pages back and reads as zero afterwards.
inline void zero_pages(void* pages, size_t bytes) noexcept {
  ErrnoGuard guard;
  syscall(SYS_madvise, pages, bytes, MADV_DONTNEED);
}

} // namespace benchmem

#endif // BENCHMEM_KERNEL_RAW_PAGES_H_
