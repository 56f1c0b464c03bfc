// jemalloc's declarations under the prefix that it is built with. Nothing of it may leave libbenchmem.so: the
// header would export what it declares.
#ifndef BENCHMEM_BACKEND_JEMALLOC_API_H_
#define BENCHMEM_BACKEND_JEMALLOC_API_H_

#define JEMALLOC_EXPORT __attribute__((visibility("hidden")))
#include <jemalloc/jemalloc.h>

#include <cstddef>
#include <cstdint>

namespace benchmem {

// Takes a snapshot of jemalloc's statistics; what is read after it is of this instant.
inline bool refresh_jemalloc_statistics() noexcept {
  uint64_t epoch = 1;
  return bm_je_mallctl("epoch", nullptr, nullptr, &epoch, sizeof(epoch)) == 0;
}

inline bool read_jemalloc_size(const char* name, uint64_t* out) noexcept {
  size_t value = 0;
  size_t length = sizeof(value);
  if (bm_je_mallctl(name, &value, &length, nullptr, 0) != 0) return false;
  *out = value;
  return true;
}

} // namespace benchmem

#endif // BENCHMEM_BACKEND_JEMALLOC_API_H_
