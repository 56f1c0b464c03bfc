// The C symbols that libbenchmem.so puts in front of the C library's, and the operators delete, which are one of
// them. Each is short enough to leave no trace while no window is open. Written under other names with an assembler
// label, so that the compiler takes none of them for the builtin it knows.

#include <dlfcn.h>

#include <cstring>

#include "interposer/preload/route.h"
#include "tracker/tracker.h"

namespace benchmem::preload {

__attribute__((noinline)) void* note_raised_mark(void* block) noexcept {
  const uint64_t serial = tls_raised_mark;
  tls_raised_mark = 0;
  int64_t live = 0;
  if (!tracker::live_bytes_now(&live)) return block;
  mapped_bytes.note_requested(serial, live < 0 ? 0 : static_cast<uint64_t>(live));
  return block;
}

namespace {

__attribute__((noinline)) void free_through_hooks(void* block, CallSite site) noexcept {
  through_hooks([&](auto hooks) { decltype(hooks)::free(block, site); });
}

char* duplicate(const char* text, size_t length, CallSite site) noexcept {
  void* block = through_hooks([&](auto hooks) { return decltype(hooks)::malloc(length + 1, site); });
  if (block == nullptr) return nullptr;
  auto* copy = static_cast<char*>(memcpy(block, text, length));
  copy[length] = '\0';
  return copy;
}

} // namespace

// WHY: the slow forms are functions of their own, because they then get the call site by value, and the entry point no
// stack frame.
#define BENCHMEM_UNPACK(...) __VA_ARGS__
#define BENCHMEM_HOOKED(id, symbol, family, result, parameters, method, arguments)                              \
  static __attribute__((noinline)) result hooked_##id(BENCHMEM_UNPACK parameters, CallSite site) noexcept {     \
    return through_hooks([&](auto hooks) { return decltype(hooks)::method(BENCHMEM_UNPACK arguments, site); }); \
  }                                                                                                             \
  static __attribute__((noinline)) result system_##id(BENCHMEM_UNPACK parameters, CallSite site) noexcept {     \
    return SystemHooks<true>::method(BENCHMEM_UNPACK arguments, site);                                          \
  }                                                                                                             \
  extern "C" BENCHMEM_EXPORT result entry_##id parameters noexcept __asm__(symbol);                             \
  result entry_##id parameters noexcept {                                                                       \
    const Way route = way();                                                                                    \
    if (__builtin_expect(route == Way::kJemalloc, 1)) return Direct<JemallocBackend>::method arguments;         \
    if (route == Way::kJemallocHooks) {                                                                         \
      return JemallocHooks<true>::method(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE());                      \
    }                                                                                                           \
    if (route == Way::kSystem) return Direct<SystemBackend>::method arguments;                                  \
    if (route == Way::kSystemHooks) return system_##id(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE());        \
    return hooked_##id(BENCHMEM_UNPACK arguments, BENCHMEM_CALL_SITE());                                        \
  }
#define BENCHMEM_HOOKED_FREE(id, symbol, family, parameters)                                         \
  extern "C" BENCHMEM_EXPORT void entry_##id parameters noexcept __asm__(symbol);                    \
  void entry_##id parameters noexcept {                                                              \
    const Way route = way();                                                                         \
    if (__builtin_expect(route == Way::kJemalloc, 1)) return JemallocBackend::free(block);           \
    if (route == Way::kJemallocHooks) return JemallocHooks<true>::free(block, BENCHMEM_CALL_SITE()); \
    if (route == Way::kSystem) return SystemBackend::free(block);                                    \
    if (route == Way::kSystemHooks) return SystemHooks<true>::free(block, BENCHMEM_CALL_SITE());     \
    free_through_hooks(block, BENCHMEM_CALL_SITE());                                                 \
  }
#define BENCHMEM_HOOKED_STRING(id, symbol, family, parameters, length)             \
  extern "C" BENCHMEM_EXPORT char* entry_##id parameters noexcept __asm__(symbol); \
  char* entry_##id parameters noexcept { return duplicate(text, length, BENCHMEM_CALL_SITE()); }
#define BENCHMEM_HOOKED_LOADER(id, symbol, family, result, parameters, arguments)              \
  extern "C" BENCHMEM_EXPORT result entry_##id parameters noexcept __asm__(symbol);            \
  result entry_##id parameters noexcept {                                                      \
    static const auto next = reinterpret_cast<result(*) parameters>(dlsym(RTLD_NEXT, symbol)); \
    const result answer = next arguments;                                                      \
    refresh_callers();                                                                         \
    return answer;                                                                             \
  }
#include "interposer/symbols.def"

extern "C" BENCHMEM_EXPORT size_t entry_malloc_usable_size(void* block) noexcept __asm__("malloc_usable_size");
size_t entry_malloc_usable_size(void* block) noexcept {
  if (block == nullptr) return 0;
  if (chosen_allocator() == Allocator::kSystem) return SystemBackend::usable_size(block);
  return JemallocBackend::usable_size(block);
}

} // namespace benchmem::preload
