// The memory mapping symbols that libbenchmem.so puts in front of the C library's. What the library maps for itself
// (jemalloc's own tables) is not noted.

#include "interposer/preload/route.h"
#include "mappings/mappings.h"

// Of the linker: where this library begins and ends.
extern "C" const char __ehdr_start[] __attribute__((visibility("hidden")));
extern "C" const char _end[] __attribute__((visibility("hidden")));

namespace benchmem::preload {

namespace {

using namespace mappings;

bool is_own(const void* caller) noexcept {
  const auto* address = static_cast<const char*>(caller);
  return address >= __ehdr_start && address < _end;
}

} // namespace

#define BENCHMEM_HOOKED_MAPPING(id, symbol, family, result, parameters, call)       \
  extern "C" BENCHMEM_EXPORT result entry_##id parameters noexcept __asm__(symbol); \
  result entry_##id parameters noexcept {                                           \
    if (is_own(__builtin_return_address(0))) {                                      \
      const Unnoted unnoted;                                                        \
      return call;                                                                  \
    }                                                                               \
    return call;                                                                    \
  }
#include "interposer/symbols.def"

} // namespace benchmem::preload
